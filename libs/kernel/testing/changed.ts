/** An object that does the same as another, but for what is given: for a spec that comes between. */
export function changed<T extends object>(inner: T, change: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(change, name)) return change[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
