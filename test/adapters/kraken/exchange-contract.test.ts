import { exchangeContract } from './exchange.contract.ts';
import { IN_MEMORY, OF_THE_SIMULATION } from './exchange-fakes.ts';
import { KRAKEN_OVER_SOCKETS } from './kraken-over-sockets.ts';

exchangeContract('the exchange of the use cases’ tests', IN_MEMORY);
exchangeContract('the exchange of the simulation', OF_THE_SIMULATION);
exchangeContract('Kraken’s client against the embedded Kraken', KRAKEN_OVER_SOCKETS);
