/** The error of a flight that has heard values of a leader that is lost: a fresh run would repeat them. */
export function leaderLost(cause: unknown): Error {
  const error = new Error('The flight was led elsewhere, and its leader is lost', { cause });
  error.name = 'LeaderLostError';
  return error;
}
