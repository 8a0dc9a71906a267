import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** One question on its way to the node. */
export interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What the proxy does to a question: it may answer itself, or pass on what the node says, changed or not. */
export type Fault = (asked: Asked, response: ServerResponse, forward: (asked?: Asked) => Promise<Record<string, unknown>>) => Promise<void> | void;

/** An HTTP server between the reader and the node, that can be told to misbehave. */
export interface Proxy {
  readonly url: string;
  /** Every method that came by since the last fault was set. */
  readonly seen: Asked[];
  /** The next `times` questions that `matches` meet the fault; the rest pass. */
  fail(fault: Fault, options?: { times?: number; method?: string }): void;
  heal(): void;
  stop(): Promise<void>;
}

export async function startProxy(target: string): Promise<Proxy> {
  let fault: Fault | undefined;
  let left = 0;
  let only: string | undefined;
  const seen: Asked[] = [];
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = JSON.parse(await bodyOf(request)) as Asked;
    seen.push(asked);
    const forward = async (changed: Asked = asked) => {
      const answer = await fetch(target, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", ...changed }),
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    if (fault !== undefined && left > 0 && (only === undefined || only === asked.method)) {
      left--;
      return await fault(asked, response, forward);
    }
    send(response, await forward());
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    fail(next, { times = Number.POSITIVE_INFINITY, method } = {}) {
      [fault, left, only] = [next, times, method];
      seen.length = 0;
    },
    heal() {
      [fault, left] = [undefined, 0];
      seen.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function send(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(typeof value === "string" ? value : JSON.stringify(value));
}

/** The faults, each as it is met in the wild. */
export const FAULTS = {
  drop: ((_, response) => void response.destroy()) as Fault,
  hang: (() => {}) as Fault,
  html: ((_, response) => send(response, "<!DOCTYPE html><title>Sign in</title>", 200, { "content-type": "text/html" })) as Fault,
  status: (status: number, headers: Record<string, string> = {}): Fault => {
    return (_, response) => send(response, "<html>sorry</html>", status, { "content-type": "text/html", ...headers });
  },
  truncate: (async (_, response, forward) => {
    const text = JSON.stringify(await forward());
    send(response, text.slice(0, text.length - 5));
  }) as Fault,
  /** The connection ends in the middle of a body whose length was announced. */
  cutOff: (async (_, response, forward) => {
    const text = JSON.stringify(await forward());
    response.writeHead(200, { "content-type": "application/json", "content-length": String(text.length) });
    response.write(text.slice(0, text.length - 5), () => response.destroy());
  }) as Fault,
  swapId: (async (asked, response, forward) => send(response, { ...(await forward()), id: asked.id + 1 })) as Fault,
  error: (error: { code: number; message: string; data?: unknown }, status = 200): Fault => {
    return (asked, response) => send(response, { jsonrpc: "2.0", id: asked.id, error }, status);
  },
  answer: (result: unknown): Fault => {
    return (asked, response) => send(response, { jsonrpc: "2.0", id: asked.id, result });
  },
  change: (change: (result: never, asked: Asked) => unknown): Fault => {
    return async (asked, response, forward) => {
      const answer = await forward();
      send(response, { ...answer, result: change(answer.result as never, asked) });
    };
  },
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
