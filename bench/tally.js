/** One observer for every caller there is, that counts the answers. */
export class Tally {
  answers = 0;
  observer = {
    next: () => {
      this.answers++;
    },
    error: (error) => {
      throw error;
    },
  };
  /** For callers who speak promises. */
  count = () => {
    this.answers++;
  };
}
