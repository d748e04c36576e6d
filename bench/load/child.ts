import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** CPU seconds of all its threads so far, in its own code and the system's on its behalf. */
  cpuS(): Promise<number>;
  stop(): Promise<void>;
}

/** What a server process says: first where it listens, then its CPU time each time it is asked. */
type ServerMessage = { readonly url: string } | { readonly cpuS: number };

/** Starts a server. @param file Calls {@link answerParent}; `argument` is its only one. */
export async function startServer(file: string, argument: object): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(argument)], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  const { url } = (await nextMessage(child)) as { url: string };
  return {
    url,
    async cpuS() {
      child.send("cpu");
      return ((await nextMessage(child)) as { cpuS: number }).cpuS;
    },
    async stop() {
      process.off("exit", abandon);
      const ended = once(child, "exit");
      child.send("stop");
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<ServerMessage> {
  const ended = new AbortController();
  const onExit = (code: number | null) => ended.abort(new Error(`a server ended with ${code}`));
  child.once("exit", onExit);
  try {
    const [message] = (await once(child, "message", { signal: ended.signal })) as [ServerMessage];
    return message;
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error;
  } finally {
    child.off("exit", onExit);
  }
}

/** In a server's process: says where it listens, and does what it is asked. */
export function answerParent(url: string, stop: () => Promise<void>): void {
  const say = (message: ServerMessage) => process.send?.(message);
  process.on("message", async (asked) => {
    if (asked === "cpu") {
      const { user, system } = process.cpuUsage();
      say({ cpuS: (user + system) / 1e6 });
      return;
    }
    await stop();
    process.exit(0);
  });
  say({ url });
}
