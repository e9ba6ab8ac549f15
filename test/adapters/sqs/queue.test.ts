import { queueContract } from './queue.contract.ts';
import { queueInMemory, queueOfTheLocalCloud, queueOfTheSimulation } from './queues.ts';

queueContract('the list of the use cases’ tests', { hasWorkers: false }, queueInMemory);
queueContract('the queue of the simulation', { hasWorkers: true }, queueOfTheSimulation);
queueContract('the queue of the local stack', { hasWorkers: true }, queueOfTheLocalCloud);
