import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './ids.ts';

/** One thing that a result depends on: a hash, a version, a parameter. Never content. */
export type RecipePart = string | number | boolean | null | readonly RecipePart[] | { readonly [name: string]: RecipePart };

/** Everything that a result depends on, by name: audio hash, upstream result, engine, model, parameters, versions. */
export type Recipe = { readonly [name: string]: RecipePart };

/** SHA-256 over the recipe's canonical JSON: the order in which it was written does not matter. */
export function recipeHashOf(recipe: Recipe): string {
  return sha256(canonicalJson(recipe));
}
