import { firstValueFrom, Subject, type Observable } from 'rxjs';
import { Coalesce } from 'rxjs-coalesce';

class Users {
  readonly source = new Subject<string>();
  runs = 0;

  @Coalesce()
  load(_id: number): Observable<string> {
    this.runs++;
    return this.source;
  }
}

test('a decorated method is coalesced', async () => {
  const users = new Users();
  const answers = [firstValueFrom(users.load(1)), firstValueFrom(users.load(1))];
  users.source.next('value');
  expect(await Promise.all(answers)).toEqual(['value', 'value']);
  expect(users.runs).toBe(1);
});
