/** Numbers from 0 to 1 that follow from a seed (the constants are those of Numerical Recipes' generator). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
