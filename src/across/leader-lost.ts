/** The error of a flight that has already emitted values when its leader is lost: a fresh run would repeat the values. */
export function leaderLost(cause: unknown): Error {
  const error = new Error('The flight was led elsewhere, and its leader is lost', { cause });
  error.name = 'LeaderLostError';
  return error;
}
