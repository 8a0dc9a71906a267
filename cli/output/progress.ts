/** A line on stderr that says what is going on. */
export interface Progress {
  say(text: string): void;
  done(): void;
}

const SILENT: Progress = { say: () => undefined, done: () => undefined };

/**
 * Progress for somebody who watches: a spinner when stderr is a terminal, nothing at all when it is a file or a pipe.
 *
 * @example const progress = await startProgress("reading the dataset"); …; progress.done();
 */
export async function startProgress(text: string): Promise<Progress> {
  // A terminal that says it is 0 columns wide (a pseudo-terminal nobody sized) would have the spinner clear lines for ever.
  if (!process.stderr.isTTY || !process.stderr.columns || process.env.TERM === "dumb") return SILENT;
  const { default: ora } = await import("ora");
  const spinner = ora({ text, stream: process.stderr, ...(process.env.NO_COLOR ? { color: false as const } : {}) }).start();
  return {
    say: (next) => {
      spinner.text = next;
    },
    done: () => {
      spinner.stop();
    },
  };
}
