import type { Hex } from "../protocol/index.ts";
import { createOperatorApi } from "../sdk/operator-http.ts";
import { patience } from "./relayer-api.ts";

/** What the operator says of itself (docs/operator.md), as far as the CLI needs it. */
interface OperatorStatus {
  readonly headBlock: number | null;
  readonly idle: boolean;
  readonly alerts: readonly { readonly subject: string; readonly message: string }[];
}

/** The operator's API as the CLI uses it: requests are repeated while the operator is away, since all are idempotent. */
export interface PatientOperator {
  readonly url: string;
  status(): Promise<OperatorStatus>;
  /** With the desk's key. */
  postAsDesk(path: string, body: unknown): Promise<unknown>;
  /** Awards a task, with the key of the service that saw it done. */
  award(task: string, award: { account: Hex; occurrence?: Hex }): Promise<void>;
}

/** The keys that the operator's API asks for. */
export interface OperatorApiKeys {
  readonly desk: string;
  readonly award: string;
}

/**
 * Makes such a client.
 * @param patienceMs How long an operator may be away, milliseconds.
 */
export function createPatientOperator(url: string, keys: OperatorApiKeys, patienceMs: number): PatientOperator {
  const open = createOperatorApi(url);
  const desk = createOperatorApi(url, keys.desk);
  const awards = createOperatorApi(url, keys.award);
  const patiently = patience(patienceMs);
  return {
    url: open.url,
    status: () => patiently(() => open.get("/v1/status")) as Promise<OperatorStatus>,
    postAsDesk: (path, body) => patiently(() => desk.post(path, body)),
    async award(task, award) {
      await patiently(() => awards.post(`/v1/tasks/${task}/awards`, award));
    },
  };
}
