import { of } from 'rxjs';

describe('the test pipeline', () => {
  it('runs in Node and in browsers', () => {
    of(1).subscribe((value) => expect(value).toBe(1));
  });
});
