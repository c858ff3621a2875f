/** Where the token is kept that requests are sent with. */
export interface Tokens {
  read(): string;
  write(token: string): void;
}

/** For one process. */
export function tokensInMemory(token = ''): Tokens {
  return {
    read: () => token,
    write: (fresh) => void (token = fresh),
  };
}

/** For all tabs of a browser. */
export const tokensInStorage: Tokens = {
  read: () => localStorage.getItem('token') ?? '',
  write: (token) => localStorage.setItem('token', token),
};
