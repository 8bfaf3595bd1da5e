/** Yes, no, or perhaps: perhaps goes to a person. */
export type Kleene = 'yes' | 'no' | 'perhaps';

export function both(a: Kleene, b: Kleene): Kleene {
  return a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'perhaps';
}

export function either(a: Kleene, b: Kleene): Kleene {
  return not(both(not(a), not(b)));
}

export function not(a: Kleene): Kleene {
  return a === 'yes' ? 'no' : a === 'no' ? 'yes' : 'perhaps';
}
