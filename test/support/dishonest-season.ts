import { createTestClient, encodeAbiParameters, encodeFunctionData, http, keccak256, publicActions } from "viem";
import { ABIS } from "../../src/chain/contracts.ts";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { DROP_S } from "../../src/protocol/codec/codes.ts";
import { prizeOf } from "./contracts-boxes.ts";
import { CARS, HOUR_S, MIDNIGHT } from "./dishonest-cast.ts";
import type { DishonestProducer } from "./dishonest-producer.ts";

const STONE = 10n ** 9n;
const LINK: Hex = `0x${"1a".repeat(32)}`;

/**
 * Fixes a season of two tiers, of which the first is guaranteed after one miss, and attests the first car's owner.
 * @returns Its first drop.
 */
export async function openSeason(producer: DishonestProducer): Promise<number> {
  const { time } = await producer.now();
  const firstDrop = Math.floor((time + HOUR_S - MIDNIGHT) / DROP_S) + 2;
  const season = {
    ...{ firstDrop, endDrop: firstDrop + 9, price: 1, guarantee: 1, guaranteedTier: 1, maxBoxes: 10, vouchers: 0 },
    ...{ budget: 20n * STONE, links: 1, tip: keccak256(encodeAbiParameters([{ type: "bytes32" }], [LINK])) },
    prizes: [prizeOf("stones", { amount: STONE }), prizeOf("crystals", { weight: 9, amount: 1n })],
  };
  await producer.send("catalogue", "mineBox", "openSeason", [season]);
  await producer.send("attester", "mineBox", "attestAdults", [[CARS[0].account], true]);
  return firstDrop;
}

/** Exchanges the prizes of the first season's two tiers in the contract's storage, as no function of it can. */
export async function exchangePrizes({ rpcUrl, deployment }: DishonestProducer): Promise<void> {
  const client = createTestClient({ mode: "anvil", transport: http(rpcUrl) }).extend(publicActions);
  const address = deployment.contracts.mineBox;
  const slotsOf = async (functionName: "prizesOf" | "seasonOf") => {
    const data = encodeFunctionData({ abi: ABIS.mineBox, functionName, args: [1] });
    const { accessList } = await client.createAccessList({ to: address, data });
    return accessList.flatMap(({ storageKeys }) => storageKeys);
  };
  const others = new Set(await slotsOf("seasonOf"));
  const [first, second] = (await slotsOf("prizesOf")).filter((slot) => !others.has(slot)) as [Hex, Hex];
  const [one, two] = await Promise.all([first, second].map((slot) => client.getStorageAt({ address, slot })));
  await client.setStorageAt({ address, index: first, value: two as Hex });
  await client.setStorageAt({ address, index: second, value: one as Hex });
}
