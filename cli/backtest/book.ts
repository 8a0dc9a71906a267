import { resolve } from "node:path";
import type { Book } from "../../sim/replay/book.ts";
import { seededPopulation } from "../../sim/replay/index.ts";
import type { Policy } from "../proposal/policy.ts";
import { readBookFile } from "./book-file.ts";

/**
 * The book a policy names: a seeded population, or a file of accounts beside the policy.
 *
 * @param policyFolder what a book's file name is relative to
 * @throws BallastError POPULATION_INVALID, and those of `readBookFile`
 * @example await bookOf({ population: "default", accounts: 500, seed: 1 }, "proposals")
 */
export async function bookOf(book: Policy["book"], policyFolder: string): Promise<Book> {
  const found = "file" in book ? await readBookFile(resolve(policyFolder, book.file)) : seededPopulation({ accounts: book.accounts, seed: book.seed });
  return book.fundUsd === undefined ? found : { ...found, fundUsd: book.fundUsd };
}
