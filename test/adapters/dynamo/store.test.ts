import { afterAll, describe } from 'vitest';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { booksContract } from './books.contract.ts';
import { storeContract } from './store.contract.ts';
import { inMemory, overDynamo } from './stores.ts';
import { switchBoardContract } from './switch-board.contract.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

storeContract('the store in memory', inMemory);

storeContract('the store in the embedded DynamoDB', async () => {
  const server = await startDynamo();
  stops.push(() => server.close());
  return overDynamo(server.url, stops);
});

booksContract('books in memory', inMemory);

booksContract('books in the embedded DynamoDB', async () => {
  const server = await startDynamo();
  stops.push(() => server.close());
  return overDynamo(server.url, stops);
});

switchBoardContract('the switch board in memory', inMemory);

switchBoardContract('the switch board in the embedded DynamoDB', async () => {
  const server = await startDynamo();
  stops.push(() => server.close());
  return overDynamo(server.url, stops);
});

// Started by .ci/dynamodb-local.sh, which prints this variable.
const url = process.env['DYNAMODB_LOCAL_URL'];
describe.runIf(url !== undefined)('the reference', () => {
  storeContract("the store in AWS's DynamoDB Local", () => overDynamo(url ?? '', stops));
  booksContract("books in AWS's DynamoDB Local", () => overDynamo(url ?? '', stops));
  switchBoardContract("the switch board in AWS's DynamoDB Local", () =>
    overDynamo(url ?? '', stops),
  );
});
