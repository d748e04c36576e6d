/**
 * A regular expression for the decimal texts of whole numbers up to a bound, one text for each number: no sign, no leading zeros.
 * A JSON schema has no other way to bound what does not fit into a JSON number.
 * @param most The largest number, above 9.
 */
export function decimalPattern(most: bigint): string {
  const digits = String(most);
  const smaller = [...digits].flatMap((digit, at) => {
    // A number of the same length is smaller at the first place where it differs.
    const [low, high] = [at === 0 ? 1 : 0, Number(digit) - 1];
    return high < low ? [] : [`${digits.slice(0, at)}[${low}-${high}][0-9]{${digits.length - at - 1}}`];
  });
  return `^(0|[1-9][0-9]{0,${digits.length - 2}}|${[...smaller, digits].join("|")})$`;
}
