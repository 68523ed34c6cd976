import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

@Controller()
class BareController {
  @Get('bare')
  answer(): object {
    return { hello: 'world' };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

/** Nest and Fastify with nothing to do: what a request costs before anything of ours. */
async function main(): Promise<void> {
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, adapter, {
    logger: false,
  });
  await app.listen(0, '127.0.0.1');
  process.stdout.write(`listening on ${await app.getUrl()}\n`);
}

void main();
