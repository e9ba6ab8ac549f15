import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamo } from '../../../../infra/local/cloud/dynamo.ts';
import { describe } from 'vitest';
import { dynamoContract } from './dynamo.contract.ts';

const local = {
  region: 'eu-west-2',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

dynamoContract('the embedded DynamoDB', async () => {
  const server = await startDynamo();
  const client = new DynamoDBClient({ ...local, endpoint: server.url });
  return {
    client,
    async close() {
      client.destroy();
      await server.close();
    },
  };
});

// Started by .ci/dynamodb-local.sh, which prints this variable.
const url = process.env['DYNAMODB_LOCAL_URL'];
describe.runIf(url !== undefined)("AWS's DynamoDB Local", () => {
  dynamoContract('as the reference', async () => {
    const client = new DynamoDBClient({ ...local, endpoint: url ?? '' });
    return { client, close: async () => client.destroy() };
  });
});
