/** The user pressed Ctrl-C. No failure of the program, and nothing was written. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor() {
    super("Interrupted: nothing was written.");
  }
}

/** What a shell expects of a program that ended by SIGINT: 128 + 2. */
export const INTERRUPTED_EXIT = 130;

/**
 * Runs work that Ctrl-C can stop. The first SIGINT or SIGTERM aborts the signal and lets the work clean up; a second one ends
 * the process the usual way. On interruption stderr says so and the exit code is 130.
 *
 * @returns what the work gives, or undefined when it was interrupted
 * @example const evidence = await interruptible((signal) => runBacktest({ …, signal }))
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const controller = new AbortController();
  const abort = () => controller.abort(new Interrupted());
  process.once("SIGINT", abort).once("SIGTERM", abort);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = INTERRUPTED_EXIT;
    return undefined;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}
