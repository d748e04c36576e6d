import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { describe, it } from "mocha";
import {
  expectSkips,
  type SigningPlace,
  type Skip,
  signIntent,
  withHighS,
  withKind,
} from "../support/contracts-intents.ts";
import { at, DAY_S, ethers } from "./fixture.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  type Intent,
  intentOf,
  OBJECTION_S,
  type Orderable,
  orderable,
  orderIdOf,
  PRICE,
  place,
  TERMS,
} from "./orderable.ts";

const NOW = ELIGIBLE_AT + 50;
const DEADLINE = NOW + 3_600;
const REASON = ethers.id("reason");

/** A stranger submits orders at a second. */
async function submit({ p }: Orderable, intents: readonly Intent[], signatures: readonly string[], time = NOW) {
  await at(time);
  return p.redemptionDesk.connect(p.roles.manufacturer).placeOrders([...intents], [...signatures]);
}

function sign(by: HardhatEthersSigner, intent: Intent, place: SigningPlace): Promise<string> {
  return signIntent(by, "OrderIntent", intent, place);
}

async function statusOf(o: Orderable, order: string): Promise<number> {
  return Number((await o.p.redemptionDesk.orderOf(order)).status);
}

describe("RedemptionDesk: placeOrders", () => {
  it("when signed, the order is placed under its digest and none is skipped", async () => {
    const o = await orderable();
    const intent = intentOf(o, { deadline: DEADLINE });
    const transaction = submit(o, [intent], [await sign(o.owner, intent, { contracts: o.p })]);
    const order = orderIdOf(o, intent);
    await expect(transaction)
      .to.emit(o.p.redemptionDesk, "OrderPlaced")
      .withArgs(order, o.owner.address, 1, o.vehicle, PRICE, NOW + TERMS.fulfilmentS);
    await expectSkips(transaction, o.p.redemptionDesk, []);
    expect(await statusOf(o, order)).to.equal(1);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).reserved).to.equal(PRICE);
  });

  it("given more orders than stones in one batch, the last ones are skipped", async () => {
    const o = await orderable();
    await o.p.catalogue.connect(o.p.roles.catalogue).changeItem(1, { ...TERMS, stock: 9 });
    const intents = [0n, 1n, 2n, 3n].map((nonce) => intentOf(o, { nonce, deadline: DEADLINE }));
    const signatures = await Promise.all(intents.map((intent) => sign(o.owner, intent, { contracts: o.p })));
    const skip = { index: 3, account: o.owner.address, error: undefined };
    const transaction = submit(o, intents, signatures);
    const { selector } = o.p.stoneLedger.interface.getError("StoneLedger_InsufficientStones") ?? {};
    await expectSkips(transaction, o.p.redemptionDesk, [{ ...skip, error: selector as string }]);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE - 3n * PRICE);
  });

  it("given an order carried out, the same again is skipped", async () => {
    const o = await orderable();
    const intent = intentOf(o, { deadline: DEADLINE });
    const signature = await sign(o.owner, intent, { contracts: o.p });
    const skip = { index: 1, account: o.owner.address, error: "RedemptionDesk_OrderExists" };
    await expectSkips(submit(o, [intent, intent], [signature, signature]), o.p.redemptionDesk, [skip]);
  });

  it("given an order placed by the owner's own transaction, its signed twin is skipped", async () => {
    const o = await orderable();
    await place(o, { deadline: DEADLINE });
    const intent = intentOf(o, { deadline: DEADLINE });
    const signature = await sign(o.owner, intent, { contracts: o.p });
    const skip = { index: 0, account: o.owner.address, error: "RedemptionDesk_OrderExists" };
    await expectSkips(submit(o, [intent], [signature]), o.p.redemptionDesk, [skip]);
  });

  const WRONG: readonly (readonly [string, string, (o: Orderable) => Partial<Intent>, number?])[] = [
    ["a deadline a second ago", "InvalidDeadline", () => ({ deadline: NOW - 1 })],
    ["a deadline more than a day ahead", "InvalidDeadline", () => ({ deadline: NOW + DAY_S + 1 })],
    ["an item that was never listed", "RedemptionDesk_UnknownItem", () => ({ item: 7 })],
    ["a price above the maximum", "RedemptionDesk_PriceAboveMaximum", () => ({ maxPrice: 1n })],
    ["somebody else's vehicle", "RedemptionDesk_NotEligible", ({ poorVehicle }) => ({ vehicle: poorVehicle })],
    ["a window that is over", "RedemptionDesk_NotOpen", () => ({ deadline: TERMS.closesAt + 10 }), TERMS.closesAt],
  ];
  for (const [title, error, wrong, time] of WRONG) {
    it(`given ${title}, it is skipped with ${error}`, async () => {
      const o = await orderable();
      const intent = intentOf(o, { deadline: DEADLINE, ...wrong(o) });
      const signature = await sign(o.owner, intent, { contracts: o.p });
      const skip = { index: 0, account: o.owner.address, error };
      await expectSkips(submit(o, [intent], [signature], time), o.p.redemptionDesk, [skip]);
      expect(await statusOf(o, orderIdOf(o, intent))).to.equal(0);
    });
  }

  it("given the last one sold in the same batch, the next is skipped", async () => {
    const o = await orderable();
    const listing = { ...TERMS, sku: ethers.id("rare"), stock: 1, price: 1_000_000n };
    await o.p.catalogue.connect(o.p.roles.catalogue).listItem(listing);
    const intents = [0n, 1n].map((nonce) => intentOf(o, { item: 2, nonce, deadline: DEADLINE }));
    const signatures = await Promise.all(intents.map((intent) => sign(o.owner, intent, { contracts: o.p })));
    const skip = { index: 1, account: o.owner.address, error: "RedemptionDesk_OutOfStock" };
    await expectSkips(submit(o, intents, signatures), o.p.redemptionDesk, [skip]);
  });

  const FORGED: readonly (readonly [
    string,
    (o: Orderable, intent: Intent, good: string) => Promise<string> | string,
  ])[] = [
    ["another account's signature", (o, intent) => sign(o.poor, intent, { contracts: o.p })],
    ["a signature for another chain", (o, intent) => sign(o.owner, intent, { contracts: o.p, chainId: 1 })],
    [
      "a signature for another contract",
      (o, intent) => sign(o.owner, intent, { contracts: o.p, contract: "consentRegistry" }),
    ],
    ["a signature over another maximum", (o, intent) => sign(o.owner, { ...intent, maxPrice: 1n }, { contracts: o.p })],
    ["the high-s twin", (_, __, good) => withHighS(good)],
    ["another kind byte", (_, __, good) => withKind(good, 1)],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is skipped`, async () => {
      const o = await orderable();
      const intent = intentOf(o, { deadline: DEADLINE });
      const good = await sign(o.owner, intent, { contracts: o.p });
      const skip = { index: 0, account: o.owner.address, error: "InvalidSignature" };
      await expectSkips(submit(o, [intent], [await forge(o, intent, good)]), o.p.redemptionDesk, [skip]);
    });
  }

  it("given lists of two lengths, all is refused", async () => {
    const o = await orderable();
    await expect(o.p.redemptionDesk.placeOrders([intentOf(o)], []))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "LengthMismatch")
      .withArgs();
  });
});

/** A fulfilled order of the owner's; its objection deadline counts from ELIGIBLE_AT + 1. */
async function fulfilled(): Promise<{ o: Orderable; order: string; objectUntil: number }> {
  const o = await orderable();
  const order = await place(o);
  await at(ELIGIBLE_AT + 1);
  await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
  return { o, order, objectUntil: ELIGIBLE_AT + 1 + OBJECTION_S };
}

/** The two answers of an owner, which are signed and refused alike. */
const ANSWERS = {
  OrderAcceptance: {
    name: "acceptOrders",
    of: (order: string, deadline: number) => ({ order, deadline }),
    async submit({ p }: Orderable, message: { order: string; deadline: number }, signature: string, times = 1) {
      const desk = p.redemptionDesk.connect(p.roles.manufacturer);
      return desk.acceptOrders(Array(times).fill(message), Array(times).fill(signature));
    },
    event: "OrderCompleted",
    becomes: 4,
  },
  OrderObjection: {
    name: "objectOrders",
    of: (order: string, deadline: number) => ({ order, reasonHash: REASON, deadline }),
    async submit({ p }: Orderable, message: { order: string; deadline: number }, signature: string, times = 1) {
      const desk = p.redemptionDesk.connect(p.roles.manufacturer);
      return desk.objectOrders(Array(times).fill({ reasonHash: REASON, ...message }), Array(times).fill(signature));
    },
    event: "OrderObjected",
    becomes: 3,
  },
} as const;

for (const type of ["OrderAcceptance", "OrderObjection"] as const) {
  const answer = ANSWERS[type];

  describe(`RedemptionDesk: ${answer.name}`, () => {
    async function expectSkipped(
      o: Orderable,
      sending: Promise<ContractTransactionResponse>,
      skip: Skip,
    ): Promise<void> {
      await expectSkips(sending, o.p.redemptionDesk, [skip]);
    }

    it("when signed by the order's account, it is carried out", async () => {
      const { o, order } = await fulfilled();
      const message = answer.of(order, DEADLINE);
      const signature = await signIntent(o.owner, type, message, { contracts: o.p });
      await at(NOW);
      const transaction = answer.submit(o, message, signature);
      await expect(transaction).to.emit(o.p.redemptionDesk, answer.event);
      await expectSkips(transaction, o.p.redemptionDesk, []);
      expect(await statusOf(o, order)).to.equal(answer.becomes);
    });

    it("given the same again, the second is skipped", async () => {
      const { o, order } = await fulfilled();
      const message = answer.of(order, DEADLINE);
      const signature = await signIntent(o.owner, type, message, { contracts: o.p });
      await at(NOW);
      const sending = answer.submit(o, message, signature, 2);
      await expectSkipped(o, sending, { index: 1, account: o.owner.address, error: "RedemptionDesk_WrongState" });
    });

    it("given an unknown order, it is skipped without an account", async () => {
      const { o } = await fulfilled();
      const message = answer.of(ethers.id("unknown"), DEADLINE);
      const signature = await signIntent(o.owner, type, message, { contracts: o.p });
      await at(NOW);
      const sending = answer.submit(o, message, signature);
      await expectSkipped(o, sending, { index: 0, account: ethers.ZeroAddress, error: "RedemptionDesk_WrongState" });
    });

    it("given an order that is not fulfilled, it is skipped", async () => {
      const o = await orderable();
      const message = answer.of(await place(o), DEADLINE);
      const signature = await signIntent(o.owner, type, message, { contracts: o.p });
      await at(NOW);
      const sending = answer.submit(o, message, signature);
      await expectSkipped(o, sending, { index: 0, account: o.owner.address, error: "RedemptionDesk_WrongState" });
    });

    for (const deadline of [NOW - 1, NOW + DAY_S + 1]) {
      it(`given a deadline ${deadline - NOW} s ahead, it is skipped`, async () => {
        const { o, order } = await fulfilled();
        const message = answer.of(order, deadline);
        const signature = await signIntent(o.owner, type, message, { contracts: o.p });
        await at(NOW);
        const sending = answer.submit(o, message, signature);
        await expectSkipped(o, sending, { index: 0, account: o.owner.address, error: "InvalidDeadline" });
      });
    }

    for (const [title, forge] of [
      ["another account's signature", (o: Orderable, m: object) => signIntent(o.poor, type, m, { contracts: o.p })],
      [
        "a signature for another chain",
        (o: Orderable, m: object) => signIntent(o.owner, type, m, { contracts: o.p, chainId: 1 }),
      ],
      [
        "the high-s twin",
        async (o: Orderable, m: object) => withHighS(await signIntent(o.owner, type, m, { contracts: o.p })),
      ],
    ] as const) {
      it(`given ${title}, it is skipped`, async () => {
        const { o, order } = await fulfilled();
        const message = answer.of(order, DEADLINE);
        const signature = await forge(o, message);
        await at(NOW);
        const sending = answer.submit(o, message, signature);
        await expectSkipped(o, sending, { index: 0, account: o.owner.address, error: "InvalidSignature" });
        expect(await statusOf(o, order)).to.equal(2);
      });
    }

    it("given lists of two lengths, all is refused", async () => {
      const { redemptionDesk } = (await orderable()).p;
      await expect(redemptionDesk[answer.name]([], ["0x"]))
        .to.be.revertedWithCustomError(redemptionDesk, "LengthMismatch")
        .withArgs();
    });
  });
}

describe("RedemptionDesk: objectOrders, the last second to object", () => {
  for (const [second, becomes] of [
    [0, 3],
    [1, 2],
  ] as const) {
    it(`given an objection ${second} s after the deadline, the order is then ${becomes === 3 ? "objected to" : "as before"}`, async () => {
      const { o, order, objectUntil } = await fulfilled();
      const message = ANSWERS.OrderObjection.of(order, objectUntil + 10);
      const signature = await signIntent(o.owner, "OrderObjection", message, { contracts: o.p });
      await at(objectUntil + second);
      await ANSWERS.OrderObjection.submit(o, message, signature);
      expect(await statusOf(o, order)).to.equal(becomes);
    });
  }
});
