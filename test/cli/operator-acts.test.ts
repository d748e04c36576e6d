import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { startDesk, strangersKey, type TestDesk } from "../support/operator-desk.ts";
import { answerCli } from "../support/run-cli.ts";

const ITEM = {
  sku: "software/assisted-parking",
  priceStones: "12.5",
  stock: 100,
  fulfilmentDays: 10,
  minDaysPaired: 90,
};

describe("an act at the desk", () => {
  let desk: TestDesk;
  let item: string;

  before(async () => {
    desk = await startDesk();
    await desk.moveTo(GENESIS + 600);
    item = desk.file("item.json", ITEM);
  });

  after(() => desk.stop());

  test("when it is shown, it says what happens, who signs and from when, and without an answer nothing is sent", async () => {
    const before = await desk.client.getBlockNumber();
    const { code, stdout } = await desk.run("items", "add", item);
    assert.equal(code, 1);
    assert.match(stdout, /^List an item\n {2}sku/);
    assert.match(stdout, / {2}price +12\.5 stones\n/);
    assert.ok(stdout.includes(`signs          ${addressOf("catalogue")}: has the role catalogue that must sign`));
    assert.match(stdout, / {2}holds +from 2025-06-15T15:16:40Z: it can be ordered\n/);
    assert.match(stdout, / {2}gas +[\d,]+, at most [\d.]+ of the chain's coin\n/);
    assert.match(stdout, /Nothing was sent\.\n$/);
    assert.equal(await desk.client.getBlockNumber(), before);
  });

  test("when the person says no, nothing is sent; when yes, it is", async () => {
    const args = ["operator", "items", "add", item, "--work", desk.workDir];
    const before = await desk.client.getBlockNumber();
    const declined = await answerCli(args, "no\n");
    assert.equal(declined.code, 1);
    assert.match(declined.stderr, /Send it\? \[y\/N\]/);
    assert.equal(await desk.client.getBlockNumber(), before);
    const sent = await answerCli(args, "y\n");
    assert.equal(sent.code, 0);
    assert.match(
      sent.stdout,
      /Done: List an item\n {2}ItemListed, item 1\n {2}transaction 0x[0-9a-f]{64}, block \d+\n$/,
    );
    assert.equal(await desk.client.getBlockNumber(), before + 1n);
  });

  test("when JSON is asked for and an answer too, standard output is JSON alone", async () => {
    const args = ["operator", "items", "add", desk.file("other.json", { ...ITEM, sku: "service/washing" }), "--json"];
    const { code, stdout, stderr } = await answerCli([...args, "--work", desk.workDir], "y\n");
    assert.equal(code, 0);
    const { state, acts } = JSON.parse(stdout);
    assert.equal(state, "done");
    assert.match(stderr, /List an item/);
    const [{ call, signs, signer, authorised, gas, events }] = acts;
    assert.deepEqual(
      [call, signs, signer, authorised],
      ["catalogue.listItem", "catalogue", addressOf("catalogue"), true],
    );
    assert.ok(BigInt(gas) > 21_000n);
    assert.deepEqual([events[0].event, events[0].args.item], ["ItemListed", 2]);
  });

  test("when the same is sent again, the contract refuses the second", async () => {
    const { refusal } = await desk.refused("Catalogue_SkuListed", "items", "add", item);
    assert.equal(refusal?.values.item, 1);
  });

  test("when a key without the role signs, it is refused before anything is sent, and says so", async () => {
    const refused = await desk.refused(
      "AccessManagedUnauthorized",
      ...["items", "add", desk.file("third.json", { ...ITEM, sku: "third" }), "--key-file", strangersKey(desk)],
    );
    assert.deepEqual([refused.signer, refused.authorised, refused.signs], [addressOf("bob"), false, "catalogue"]);
  });

  test("when the key cannot pay, it is refused", async () => {
    await desk.rpc("anvil_setBalance", [addressOf("catalogue"), "0x0"]);
    const path = desk.file("poor.json", { ...ITEM, sku: "poor" });
    await desk.refused("InsufficientFunds", "items", "add", path).finally(async () => {
      await desk.rpc("anvil_setBalance", [addressOf("catalogue"), "0x56bc75e2d63100000"]);
    });
  });

  test("when its file has a member that is none, it could not run and names it", async () => {
    const path = desk.file("wrong.json", { ...ITEM, prize: 1 });
    const { code, stdout, stderr } = await desk.run("items", "add", path, "--yes");
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^ARGUMENT_INVALID: .*wrong\.json: prize: unknown/);
  });

  test("when the key file holds no key, it could not run and does not repeat the content", async () => {
    const path = desk.file("wrong.key", `${keyOf("bob")}00`);
    const { code, stderr } = await desk.run("items", "add", item, "--key-file", path, "--yes");
    assert.equal(code, 2);
    assert.match(stderr, /^CONFIG_INVALID: /);
    assert.ok(!stderr.includes(keyOf("bob").slice(2)));
  });
});
