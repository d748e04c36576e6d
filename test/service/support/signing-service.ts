import { hexToBigInt, hexToNumber, type TransactionSerializableEIP1559 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Hex, lowerHex } from "../../../src/protocol/index.ts";
import { type Answer, serveJson } from "./http.ts";

type Call = Record<
  "to" | "data" | "gas" | "nonce" | "value" | "chainId" | "maxFeePerGas" | "maxPriorityFeePerGas",
  Hex
>;

/** A service that signs transactions with one key by `eth_signTransaction`, and does as a test tells it. */
export class TestSigningService {
  /** What goes wrong; by default nothing. */
  mood: "honest" | "refusing" | "silent" | "changing" | "babbling" = "honest";
  /** Header `authorization` of each request. */
  readonly authorizations: (string | undefined)[] = [];
  readonly #key: Hex;
  #server: Awaited<ReturnType<typeof serveJson>> | undefined;

  constructor(key: Hex) {
    this.#key = key;
  }

  get address(): Hex {
    return lowerHex(privateKeyToAccount(this.#key).address);
  }

  async start(): Promise<string> {
    this.#server = await serveJson(async ({ headers, body }) => {
      this.authorizations.push(headers.authorization);
      const [call] = body.params as [Call];
      return this.#answer(body.id, call);
    });
    return this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #answer(id: unknown, call: Call): Promise<Answer | undefined> {
    if (this.mood === "silent") return undefined;
    if (this.mood === "refusing") {
      return { body: { jsonrpc: "2.0", id, error: { code: -32_000, message: "not on the list of contracts" } } };
    }
    if (this.mood === "babbling") return { body: { jsonrpc: "2.0", id, result: "0x1234" } };
    const data = this.mood === "changing" ? ("0xdead" as const) : call.data;
    return {
      body: {
        jsonrpc: "2.0",
        id,
        result: await privateKeyToAccount(this.#key).signTransaction({ ...read(call), data }),
      },
    };
  }
}

function read(call: Call): TransactionSerializableEIP1559 {
  return {
    type: "eip1559",
    to: call.to,
    chainId: hexToNumber(call.chainId),
    nonce: hexToNumber(call.nonce),
    gas: hexToBigInt(call.gas),
    value: hexToBigInt(call.value),
    maxFeePerGas: hexToBigInt(call.maxFeePerGas),
    maxPriorityFeePerGas: hexToBigInt(call.maxPriorityFeePerGas),
  };
}
