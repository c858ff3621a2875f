import 'reflect-metadata';
import { deepEqual, equal } from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoalesceAsync } from 'rxjs-coalesce';

@Injectable()
class Users {
  runs = 0;
  answer!: () => void;
  readonly #answered = new Promise<void>((resolve) => (this.answer = resolve));

  @CoalesceAsync()
  async load(id: string): Promise<string> {
    this.runs++;
    await this.#answered;
    return `user ${id}`;
  }
}

@Controller()
class UsersController {
  #asked = 0;

  constructor(readonly users: Users) {}

  @Get('users/:id')
  load(@Param('id') id: string): Promise<string> {
    const user = this.users.load(id);
    if (++this.#asked === 2) this.users.answer();
    return user;
  }
}

@Module({ controllers: [UsersController], providers: [Users] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const users = app.get(Users);

  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/users/1`)).text();
  deepEqual(await Promise.all([ask(), ask()]), ['user 1', 'user 1']);
  equal(users.runs, 1);
  await app.close();
}

void main();
