/** Parameters, values and cost of what is selected. */
export function Inspector() {
  return <section aria-label="Inspector" />;
}
