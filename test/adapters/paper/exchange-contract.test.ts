import { exchangeContract } from '../kraken/exchange.contract.ts';
import { ON_PAPER } from './paper-under-test.ts';

exchangeContract('the paper exchange', ON_PAPER);
