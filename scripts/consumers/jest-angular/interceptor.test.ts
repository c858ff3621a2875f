import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { inject, Injectable } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { coalesced } from 'rxjs-coalesce';
import { coalesceInterceptor } from 'rxjs-coalesce/angular';

@Injectable({ providedIn: 'root' })
class Users {
  readonly #http = inject(HttpClient);
  readonly load = coalesced((id: number) => this.#http.get<string>(`/users/${id}`));
}

beforeEach(() => {
  TestBed.configureTestingModule({
    providers: [provideHttpClient(withInterceptors([coalesceInterceptor()])), provideHttpClientTesting()],
  });
});

test('equal requests share one response', () => {
  const http = TestBed.inject(HttpClient);
  const received: unknown[] = [];
  http.get('/users/1').subscribe((user) => received.push(user));
  http.get('/users/1').subscribe((user) => received.push(user));
  TestBed.inject(HttpTestingController).expectOne('/users/1').flush('user 1');
  expect(received).toEqual(['user 1', 'user 1']);
});

test('a service has a coalesced method', () => {
  const users = TestBed.inject(Users);
  const received: unknown[] = [];
  users.load(1).subscribe((user) => received.push(user));
  users.load(1).subscribe((user) => received.push(user));
  expect(users.load.inFlight.size).toBe(1);
  TestBed.inject(HttpTestingController).expectOne('/users/1').flush('user 1');
  expect(received).toEqual(['user 1', 'user 1']);
});
