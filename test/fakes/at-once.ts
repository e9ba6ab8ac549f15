/**
 * Ports without the waiting. What a fake does it does at once, so its acts are plain functions; the
 * port that a use case is given promises what they return.
 */

/** A port whose methods return at once what the port promises. */
export type AtOnce<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Value
    : never;
};

type Act = (...args: readonly unknown[]) => unknown;

/** The port over its acts; `before` runs before each, and what it throws the call throws. */
export function promised<Port extends object>(acts: AtOnce<Port>, before: () => void): Port {
  const port: Record<string, Act> = {};
  for (const [name, act] of Object.entries<Act>(acts)) {
    port[name] = async (...args) => {
      before();
      return act(...args);
    };
  }
  return port as Port;
}
