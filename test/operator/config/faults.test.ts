import { describe, expect, it } from 'vitest';
import { compileConfig, MOST_BYTES } from '../../../operator/config/compile.ts';
import { faultsText, type ConfigFault } from '../../../operator/config/fault.ts';
import { changed, RIGHT } from './config-file.ts';

function faultsOf(text: string): readonly ConfigFault[] {
  const compiled = compileConfig(text);
  return compiled.ok ? [] : compiled.faults;
}

/** What stands in the right file, what somebody writes instead, and the one line they read. */
type Case = readonly [from: string, to: string, line: string];

// oxfmt-ignore
const ACCOUNT_CASES: readonly Case[] = [
  ['maxOrder: 500 USD', 'maxOrder: 500', '8:7  accounts.main.rails.maxOrder  is "500": an amount needs a currency. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: $499.5', '8:7  accounts.main.rails.maxOrder  is "$499.5": an amount is digits with at most one point, one blank, and a currency. Write 499.5 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: usd 400', '8:7  accounts.main.rails.maxOrder  is "usd 400": an amount is digits with at most one point, one blank, and a currency. Write 400 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: 1,000 USD', '8:7  accounts.main.rails.maxOrder  is "1,000 USD": an amount is digits with at most one point, one blank, and a currency. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: 5e2 USD', '8:7  accounts.main.rails.maxOrder  is "5e2 USD": an amount is digits with at most one point, one blank, and a currency. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: 0 USD', '8:7  accounts.main.rails.maxOrder  is "0 USD": an amount must be above zero. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: -5 USD', '8:7  accounts.main.rails.maxOrder  is "-5 USD": an amount must be above zero. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: 500 ZUSD', '8:7  accounts.main.rails.maxOrder  is "500 ZUSD": ZUSD is Kraken\'s own code. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder:', '8:7  accounts.main.rails.maxOrder  is empty: an amount is digits with at most one point, one blank, and a currency. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxOrder: [500 USD]', '8:7  accounts.main.rails.maxOrder  is a list, not a text. Write 500 USD.'],
  ['maxOrder: 500 USD', 'maxorder: 500 USD', '8:7  accounts.main.rails.maxorder  is not a known key. Did you mean maxOrder?'],
  ['maxOrder: 500 USD', 'maxOdrer: 500 USD', '8:7  accounts.main.rails.maxOdrer  is not a known key. Did you mean maxOrder?'],
  ['maxOrder: 500 USD', 'stopLoss: 1%', '8:7  accounts.main.rails.stopLoss  is not a known key. Known: pairs, maxOrder, maxPosition, maxDaily, maxOrdersPerHour, maxDailyLoss, maxSpread, maxPriceDeviation, sides, types, maxOpenOrders, cooldown, maxConsecutiveFailures.'],
  ['maxOrdersPerHour: 20', 'sides: [long]', '11:15  accounts.main.rails.sides[0]  is "long". Write buy or sell.'],
  ['maxOrdersPerHour: 20', 'types: [stop]', '11:15  accounts.main.rails.types[0]  is "stop". Write market, limit, iceberg, stop-loss, take-profit, stop-loss-limit, take-profit-limit, trailing-stop, trailing-stop-limit or settle-position.'],
  ['maxOrdersPerHour: 20', 'maxOpenOrders: 0', '11:7  accounts.main.rails.maxOpenOrders  is "0": not a count. Write a whole number from 1 to 1000.'],
  ['maxOrdersPerHour: 20', 'cooldown: 30', '11:7  accounts.main.rails.cooldown  is "30": a time needs a unit right behind the number. Write 30s.'],
  ['maxOrder: 500 USD', 'maxOrder: 2500 USD', '8:7  accounts.main.rails.maxOrder  is above maxPosition, so no order of that size could ever pass. Lower maxOrder to 2000 USD or raise maxPosition.'],
  ['maxDaily: 5000 USD', 'maxDaily: 499.99 USD', '8:7  accounts.main.rails.maxOrder  is above maxDaily, so no order of that size could ever pass. Lower maxOrder to 499.99 USD or raise maxDaily.'],
  ['maxDailyLoss: 200 USD', 'maxDailyLoss: 200 EUR', '12:7  accounts.main.rails.maxDailyLoss  is in EUR, and maxOrder is in USD. Write all amounts of one account in one currency, such as USD.'],
  ['maxOrdersPerHour: 20', 'maxOrdersPerHour: 0', '11:7  accounts.main.rails.maxOrdersPerHour  is "0": not a count. Write a whole number from 1 to 10000.'],
  ['maxOrdersPerHour: 20', 'maxOrdersPerHour: 1.5', '11:7  accounts.main.rails.maxOrdersPerHour  is "1.5": not a count. Write a whole number from 1 to 10000.'],
  ['maxConsecutiveFailures: 3', 'maxConsecutiveFailures: 101', '15:7  accounts.main.rails.maxConsecutiveFailures  is "101": too large. Write a whole number from 1 to 100.'],
  ['maxSpread: 0.5%', 'maxSpread: 0.5', '13:7  accounts.main.rails.maxSpread  is "0.5": a percentage needs a percent sign right behind the number. Write 0.5%.'],
  ['maxSpread: 0.5%', 'maxSpread: 0%', '13:7  accounts.main.rails.maxSpread  is "0%": a percentage must be above 0% and at most 100%. Write 0.5%.'],
  ['maxSpread: 0.5%', 'maxSpread: 100.01%', '13:7  accounts.main.rails.maxSpread  is "100.01%": a percentage must be above 0% and at most 100%. Write 0.5%.'],
  ['maxPriceDeviation: 2%', 'maxPriceDeviation: two', '14:7  accounts.main.rails.maxPriceDeviation  is "two": a percentage is a number and a percent sign. Write 0.5%.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, XBT/USD]', '7:24  accounts.main.rails.pairs[1]  is "XBT/USD": uses Kraken\'s own codes. Write BTC/USD.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, ethusd]', '7:24  accounts.main.rails.pairs[1]  is "ethusd": is not a pair. Write ETH/USD.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, XXDGZUSD]', '7:24  accounts.main.rails.pairs[1]  is "XXDGZUSD": is not a pair. Write DOGE/USD.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, eth-usd]', '7:24  accounts.main.rails.pairs[1]  is "eth-usd": is not a pair. Write ETH/USD.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, coins]', '7:24  accounts.main.rails.pairs[1]  is "coins": is not a pair. Write a pair such as BTC/USD.'],
  ['[BTC/USD, ETH/USD]', '[BTC/USD, BTC/USD]', '7:24  accounts.main.rails.pairs[1]  repeats an earlier item. Take it out.'],
  ['      pairs: [BTC/USD, ETH/USD]\n', '', '6:5  accounts.main.rails.pairs  is missing. Add pairs: [BTC/USD].'],
  ['mode: live', 'mode: lvie', '4:5  accounts.main.mode  is "lvie". Did you mean live?'],
  ['mode: live', 'mode: yes', '4:5  accounts.main.mode  is "yes". Write paper, validate or live.'],
  ['    mode: live\n', '', '2:3  accounts.main.mode  is missing. Add mode: paper.'],
  ['exchange: kraken-spot', 'exchange: kraken-futures', '3:5  accounts.main.exchange  is "kraken-futures": Kraken futures are not part of this version. Write kraken-spot.'],
  ['    secret: harpoon/main\n', '', '2:3  accounts.main.secret  is missing, and account main is live. Add secret: harpoon/main, the name of its keys in Secrets Manager.'],
  ['mode: paper', 'mode: validate\n    secret: harpoon/toy', '16:3  accounts.toy.rails  is missing, and account toy is validate. Add rails: { pairs: [BTC/USD], maxOrder: 500 USD }, or write mode: paper.'],
  ['secret: harpoon/main', 'secret: my keys', '5:5  accounts.main.secret  is not a name of a secret (letters, digits and / _ + = . @ -). Write the name the secret has in Secrets Manager, such as harpoon/main.'],
  ['  toy:', '  Toy:', '16:3  accounts.Toy  is not a usable name. Begin with a letter a-z, then a-z, 0-9 or "-", at most 32 characters in all.'],
  ['  toy:', '  constructor:', '16:3  accounts.constructor  is a reserved word. Choose another name.'],
  ['  toy:', '  main:', '16:3  accounts.main  is written twice. Keep one of the two.'],
];

// oxfmt-ignore
const PAPER_CASES: readonly Case[] = [
  ['mode: paper', 'mode: paper\n    paper: { funds: { USD: -5 } }', '18:23  accounts.toy.paper.funds.USD  is "-5": an amount must be above zero. Write 5000, or take the asset out for none of it.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { USD: 0.00 } }', '18:23  accounts.toy.paper.funds.USD  is "0.00": an amount must be above zero. Write 5000, or take the asset out for none of it.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { USD: 5000 USD } }', '18:23  accounts.toy.paper.funds.USD  is "5000 USD": an amount here is a plain number. Write 5000; the key says of what.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { USD: 1e4 } }', '18:23  accounts.toy.paper.funds.USD  is "1e4": an amount here is a plain number. Write 5000.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { BTC: 0.12345678912 } }', '18:23  accounts.toy.paper.funds.BTC  is "0.12345678912": Kraken keeps at most 10 decimals. Write 0.1234567891.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { BTC: 0.00000000001 } }', '18:23  accounts.toy.paper.funds.BTC  is "0.00000000001": Kraken keeps at most 10 decimals. Write 0.1.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: {} }', '18:14  accounts.toy.paper.funds  is empty. Name at least one.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: [5000 USD] }', '18:14  accounts.toy.paper.funds  is a list, not a map of keys. Write a name of your choice below it, indented.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { usd: 5 } }', '18:23  accounts.toy.paper.funds.usd  is not a usable name. Write the asset in capitals, in the name people use, such as USD or BTC.'],
  ['mode: paper', 'mode: paper\n    paper: { funds: { ZUSD: 5 } }', "18:23  accounts.toy.paper.funds.ZUSD  is Kraken's own code. Write USD."],
  ['mode: paper', 'mode: paper\n    rails: { pairs: [BTC/USD] }\n    paper: { funds: { UDS: 5, BTC: 1 } }', '19:23  accounts.toy.paper.funds.UDS  is in none of the pairs that account toy may trade. Did you mean USD?'],
  ['mode: paper', 'mode: paper\n    rails: { pairs: [BTC/USD] }\n    paper: { funds: { USD: 5, SOL: 1 } }', '19:31  accounts.toy.paper.funds.SOL  is in none of the pairs that account toy may trade. Add a pair with SOL to accounts.toy.rails.pairs, or take the asset out.'],
  ['mode: paper', 'mode: paper\n    paper: { fees: { taker: -0.1 } }', '18:22  accounts.toy.paper.fees.taker  is "-0.1": a fee must be at least 0% and at most 100%. Write 0.4%.'],
  ['mode: paper', 'mode: paper\n    paper: { fees: { taker: 40bp } }', '18:22  accounts.toy.paper.fees.taker  is "40bp": a fee is a number of percent. Write 0.4%.'],
  ['mode: paper', 'mode: paper\n    paper: { fees: { takr: 0.4 } }', '18:22  accounts.toy.paper.fees.takr  is not a known key. Did you mean taker?'],
  ['mode: paper', 'mode: paper\n    paper: 5000 USD', '18:5  accounts.toy.paper  is "5000 USD", not a map of keys. Write the keys (funds, fees) below it, indented.'],
  ['secret: harpoon/main', 'secret: harpoon/main\n    paper: { funds: { USD: 5000 } }', '6:5  accounts.main.paper  is for paper accounts, and account main is live. Take it out, or write mode: paper.'],
];

// oxfmt-ignore
const SOURCE_CASES: readonly Case[] = [
  ['auth: tradingview', 'auth: tradingveiw', '20:5  sources.btc-trend.auth  is "tradingveiw". Did you mean tradingview?'],
  ['auth: tradingview', 'auth: none', '20:5  sources.btc-trend.auth  is "none". Write tradingview or standard-webhooks or { stripe: x-signature } or { github: x-signature } or { tokenHeader: x-api-key } or { tokenField: token }.'],
  ['auth: tradingview', 'auth: hmac', '20:5  sources.btc-trend.auth  is "hmac". Write { stripe: x-signature } or { github: x-signature }.'],
  ['auth: tradingview', 'auth: token', '20:5  sources.btc-trend.auth  is "token". Write { tokenHeader: x-api-key } or { tokenField: token }.'],
  ['auth: tradingview', 'auth: bearer', '20:5  sources.btc-trend.auth  is "bearer". Write { tokenHeader: authorization }.'],
  ['auth: tradingview', 'auth: [stripe]', '20:5  sources.btc-trend.auth  is a list, not a way to sign. Write { stripe: x-signature } or { github: x-signature } or { tokenHeader: x-api-key } or { tokenField: token }.'],
  ['auth: tradingview', 'auth: { stripe: x-a, github: x-a }', '20:5  sources.btc-trend.auth  names no way to prove a sender, or more than one. Write { stripe: x-signature } or { github: x-signature } or { tokenHeader: x-api-key } or { tokenField: token }.'],
  ['auth: tradingview', 'auth: { strip: x-a }', '20:13  sources.btc-trend.auth.strip  is not a known key. Did you mean stripe?'],
  ['auth: tradingview', 'auth: { github: "x signature" }', '20:13  sources.btc-trend.auth.github  is "x signature": not the name of a header. Write the name of the header alone, such as x-signature.'],
  ['auth: tradingview', 'auth: { tokenHeader: Cookie }', '20:13  sources.btc-trend.auth.tokenHeader  is "Cookie": that header proves nothing. Write the name of the header alone, such as x-signature.'],
  ['auth: tradingview', 'auth: { tokenField: id }', '20:13  sources.btc-trend.auth.tokenField  is "id": that field means id. Write the field at the top of the message that holds the secret, such as token.'],
  ['    auth: tradingview\n', '', '19:3  sources.btc-trend.auth  is missing. Add auth: tradingview.'],
  ['accounts: [main]', 'accounts: [mian]', '22:16  sources.btc-trend.accounts[0]  names mian, which is not one of the accounts of this file. Did you mean main?'],
  ['accounts: [main]', 'accounts: main', '22:5  sources.btc-trend.accounts  is "main", not a list. Write [main].'],
  ['accounts: [main]', 'accounts: []', '22:5  sources.btc-trend.accounts  is an empty list. Write [main].'],
  ['accounts: [main]', 'accounts: [main, main]', '22:22  sources.btc-trend.accounts[1]  repeats an earlier item. Take it out.'],
  ['secret: harpoon/btc', 'secret: harpoon/main', '21:5  sources.btc-trend.secret  is the secret of accounts.main.secret too. Give each account, source and channel a secret of its own.'],
  ['secret: harpoon/btc', 'secret: harpoon/main/trade', '21:5  sources.btc-trend.secret  is the secret of accounts.main.secret too. Give each account, source and channel a secret of its own.'],
  ['    size: { quote: 100 USD }\n', '', '19:3  sources.btc-trend.size  is missing. Add size: { equity: 10% }.'],
  ['{ quote: 100 USD }', '{ quote: 500.01 USD }', '23:13  sources.btc-trend.size.quote  is above maxOrder of account main, which would refuse every signal. Write at most 500 USD.'],
  ['{ quote: 100 USD }', '{ quote: 100 }', '23:13  sources.btc-trend.size.quote  is "100": an amount needs a currency. Write 100 USD.'],
  ['{ quote: 100 USD }', '{ base: 0.01 BTC }', '23:13  sources.btc-trend.size.base  is "0.01 BTC": an amount here is a plain number. Write 0.01; the pair says of what.'],
  ['{ quote: 100 USD }', '{ base: 0 }', '23:13  sources.btc-trend.size.base  is "0": an amount must be above zero. Write 0.01.'],
  ['{ quote: 100 USD }', '{ equity: 110% }', '23:13  sources.btc-trend.size.equity  is "110%": a percentage must be above 0% and at most 100%. Write 0.5%.'],
  ['{ quote: 100 USD }', '{ risk: 1 }', '23:13  sources.btc-trend.size.risk  is "1": a percentage needs a percent sign right behind the number. Write 1%.'],
  ['{ quote: 100 USD }', '{ available: 0% }', '23:13  sources.btc-trend.size.available  is "0%": a percentage must be above 0% and at most 100%. Write 0.5%.'],
  ['{ quote: 100 USD }', '{ position: 101% }', '23:13  sources.btc-trend.size.position  is "101%": a percentage must be above 0% and at most 100%. Write 0.5%.'],
  ['{ quote: 100 USD }', '{ base: 1, quote: 1 USD }', '23:5  sources.btc-trend.size  names no size, or more than one. Write { equity: 10% } or { quote: 100 USD } or { base: 0.01 } or signal.'],
  ['{ quote: 100 USD }', '100 USD', '23:5  sources.btc-trend.size  is "100 USD". Write { equity: 10% } or { quote: 100 USD } or { base: 0.01 } or signal.'],
  ['{ quote: 100 USD }', '[signal]', '23:5  sources.btc-trend.size  is a list, not a size. Write { equity: 10% } or { quote: 100 USD } or { base: 0.01 } or signal.'],
  ['maxAge: 60s', 'maxAge: 60', '24:5  sources.btc-trend.maxAge  is "60": a time needs a unit right behind the number. Write 60s.'],
  ['maxAge: 60s', 'maxAge: 61m', '24:5  sources.btc-trend.maxAge  is "61m": must be at most 1h. Write 1h or less.'],
  ['maxAge: 60s', 'maxAge: 0s', '24:5  sources.btc-trend.maxAge  is "0s": must be at least 1s. Write 60s.'],
  ['maxAge: 60s', 'maxAge: 1m30s', '24:5  sources.btc-trend.maxAge  is "1m30s": a time is a whole number and a unit (s, m or h). Write 60s, 5m or 1h.'],
  ['[203.0.113.7]', '[203.0.113.0/24]', '25:17  sources.btc-trend.allowFrom[0]  is "203.0.113.0/24": ranges are not known. Write single addresses such as 203.0.113.7.'],
  ['[203.0.113.7]', '[203.0.113.256]', '25:17  sources.btc-trend.allowFrom[0]  is "203.0.113.256": not an IP address. Write single addresses such as 203.0.113.7.'],
  ['[203.0.113.7]', 'all', '25:5  sources.btc-trend.allowFrom  is "all". Write a list such as [203.0.113.7], or any.'],
  ['[203.0.113.7]', '[]', '25:5  sources.btc-trend.allowFrom  is an empty list. Write [203.0.113.7].'],
  ['BINANCE:BTCUSDT: BTC/USD', 'binance:btcusdt: BTC/USD', '27:7  sources.btc-trend.symbols["binance:btcusdt"]  is not a usable name. Write the symbol of the message in capitals, such as BINANCE:BTCUSDT.'],
  ['BINANCE:BTCUSDT: BTC/USD', 'BINANCE:BTCUSDT: SOL/USD', '27:7  sources.btc-trend.symbols["BINANCE:BTCUSDT"]  means SOL/USD, which no account of this source may trade. Add it to accounts.main.rails.pairs, or take the symbol out.'],
  ['onUnplaced: resend', 'onUnplaced: retry', '28:5  sources.btc-trend.onUnplaced  is "retry". Write notify or resend.'],
  ['notify: [me]', 'notify: [mee]', '29:14  sources.btc-trend.notify[0]  names mee, which is not one of the channels of this file. Did you mean me?'],
  ['notify: [me]', 'notify: [me]\n    max-age: 5m', '30:5  sources.btc-trend.max-age  is not a known key. Did you mean maxAge?'],
];

// oxfmt-ignore
const LANGUAGE_CASES: readonly Case[] = [
  ['auth: tradingview', 'auth: { stripe: x-signature }\n    map: { action: { path: side }, symbol: { path: s } }', '21:5  sources.btc-trend.map  has no id, and the signature holds none; a time would do as well. Add id: { path: id }.'],
  ['auth: tradingview', 'auth: { github: x-signature }\n    map: { action: { path: side }, symbol: { path: s } }', '21:5  sources.btc-trend.map  has no time, and these messages carry no other time. Add time: { path: time }.'],
  ['auth: tradingview', 'auth: { tokenField: pin }\n    map: { action: { path: side }, symbol: { path: s } }', '21:5  sources.btc-trend.map  has no time, and these messages carry no other time. Add time: { path: time }.'],
  ['{ quote: 100 USD }', 'signal\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t } }', '24:5  sources.btc-trend.map  has no size, and the size of this source comes from the message. Add size: { path: size }.'],
  ['{ quote: 100 USD }', '{ risk: 1% }\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t } }', '24:5  sources.btc-trend.map  has no riskStop, and a size by risk needs a stop. Add riskStop: { path: riskStop }.'],
  ['notify: [me]', 'notify: [me]\n    map: { side: { path: side }, action: { path: side }, symbol: { path: s }, time: { path: t } }', '30:12  sources.btc-trend.map.side  is not a usable name. Write one of action, symbol, exchange, size, type, id, time, price, price2, limitPrice, triggerPrice, trailBy, seenPrice, timeInForce, start, expire, trigger, displayVolume, leverage, selfTrade, riskStop, stopLoss, stopLossLimit, trailingStop, takeProfit, breakEven, atr, postOnly, reduceOnly, marketPosition, comment.'],
  ['notify: [me]', 'notify: [me]\n    map: side', '30:5  sources.btc-trend.map  is "side", not a map of keys. Write a name of your choice below it, indented.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, time: { path: t } }', '30:5  sources.btc-trend.map  has no symbol, and every signal needs a symbol. Add symbol: { path: symbol }.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s } }', '30:5  sources.btc-trend.map  has no time, and these messages carry no other time. Add time: { path: time }.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, price: { path: a..b } }', '30:85  sources.btc-trend.map.price.path  is "a..b": not a path. Write the keys with a point between them, such as data.side.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, price: { path: a.b.c.d.e } }', '30:85  sources.btc-trend.map.price.path  is "a.b.c.d.e": more than 4 keys deep. Write the keys with a point between them, such as data.side.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, expire: { time: s } }', '30:76  sources.btc-trend.map.expire  has none of path, always and flags. Write { path: data.side }, { always: market } or { flags: { isBuy: buy } }.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, type: { path: x, always: limit } }', '30:76  sources.btc-trend.map.type  has more than one of path, always and flags. Write { path: data.side }, { always: market } or { flags: { isBuy: buy } }.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, expire: { always: x, time: s } }', '30:76  sources.btc-trend.map.expire  has a key that only belongs to a path. Write { path: data.side }, { always: market } or { flags: { isBuy: buy } }.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, type: { always: fok } }', '30:84  sources.btc-trend.map.type.always  is no order type that is carried out. Write one of market, limit, iceberg, stop-loss, take-profit, stop-loss-limit, take-profit-limit, trailing-stop, trailing-stop-limit, settle-position.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, type: { path: x, values: { SL: stop } } }', '30:103  sources.btc-trend.map.type.values.SL  is a type that this source may not ask for. Write types: [market, limit, stop-loss] at allow of this source.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, price: { path: p, time: s } }', '30:94  sources.btc-trend.map.price.time  is a unit of time, which this field has not. Take it out.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, expire: { path: p, time: days } }', '30:95  sources.btc-trend.map.expire.time  is "days". Write s, ms, us or ns.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, expire: { path: p, time: s, values: { a: b } } }', '30:104  sources.btc-trend.map.expire.values  stands beside a unit of time, and a field has one of the two. Take one of them out.'],
  ['notify: [me]', 'notify: [me]\n    map: { action: { path: side }, symbol: { path: s }, time: { path: t }, comment: { path: auth.token } }', '30:87  sources.btc-trend.map.comment.path  leads to what may be a secret, which is never kept. Name another key of the message.'],
  ['notify: [me]', 'notify: [me]\n    map: { symbol: { path: s }, time: { path: t }, action: { path: a, values: { UP: buy, up: sell } } }', '30:71  sources.btc-trend.map.action.values  has up twice, as upper and lower case are the same here. Keep one of the two.'],
  ['notify: [me]', 'notify: [me]\n    map: { symbol: { path: s }, time: { path: t }, action: { path: a, values: { UP: go } } }', '30:81  sources.btc-trend.map.action.values.UP  is no action that is carried out. Write buy, sell or close; a value that is left out is refused when it comes.'],
  ['notify: [me]', 'notify: [me]\n    allow: { types: [stop] }', '30:22  sources.btc-trend.allow.types[0]  is "stop". Write market, limit, iceberg, stop-loss, take-profit, stop-loss-limit, take-profit-limit, trailing-stop, trailing-stop-limit or settle-position.'],
  ['notify: [me]', 'notify: [me]\n    allow: { flatten: sometimes }', '30:14  sources.btc-trend.allow.flatten  is "sometimes", neither true nor false. Write true or false.'],
  ['notify: [me]', 'notify: [me]\n    allow: { leverage: 1 }', '30:14  sources.btc-trend.allow.leverage  is "1": leverage is a number of at least 2. Write 2, or leave the key out for none.'],
  ['notify: [me]', 'notify: [me]\n    roundUpWithin: 5', '30:5  sources.btc-trend.roundUpWithin  is "5": a percentage needs a percent sign right behind the number. Write 5%.'],
];

// oxfmt-ignore
const FILE_CASES: readonly Case[] = [
  ['me: { email: me@example.com }', 'me: { email: "Me <me@example.com>" }', '32:9  channels.me.email  is "Me <me@example.com>": not an e-mail address. Write me@example.com.'],
  ['me: { email: me@example.com }', 'me: {}', '32:3  channels.me  names no kind of channel, or more than one. Write { email: me@example.com } or { slack: harpoon/slack }.'],
  ['me: { email: me@example.com }', 'me: me@example.com', '32:3  channels.me  is "me@example.com", not a map of keys. Write the keys (slack, email, from) below it, indented.'],
  ['channels:\n', 'alerts: []\nchannels:\n', '30:1  alerts  is an empty list. Write [BTC/USD crosses above 100000].'],
  ['channels:\n', 'chanels: {}\nchannels:\n', '30:1  chanels  is not a known key. Did you mean channels?'],
  ['    exchange: kraken-spot\n', '\texchange: kraken-spot\n', '3:1  a tab is used to indent. Indent with blanks; YAML does not allow tabs.'],
  ['secret: harpoon/btc', 'secret: "harpoon/btc', '33:1  is not valid YAML: Missing closing "quote. Check quotes, brackets and indentation here and on the line above.'],
  ['channels:\n', '---\nchannels:\n', '30:1  a second document starts here. Take out the line "---": the file holds one configuration.'],
  ['mode: live', 'mode: mode: live', '4:11  a key follows another key on the same line. Write the inner key on a line of its own and indent it, or use { }.'],
  ['maxOrdersPerHour: 20', 'maxOrdersPerHour: !!int 20', '11:25  a YAML tag is used. Write the value without the tag (the word that begins with "!").'],
  ['rails:\n', 'rails: &limits\n', '6:5  accounts.main.rails  uses a YAML anchor or alias. Write the values out, so that every limit stands where it counts.'],
  ['accounts: [main]', 'accounts: *nowhere', '22:5  sources.btc-trend.accounts  uses a YAML anchor or alias. Write the values out, so that every limit stands where it counts.'],
  ['mode: paper', '{ a: b }: paper', '16:3  accounts.toy  has a key that is not plain text. Write each key as a word followed by ": ".'],
];

// oxfmt-ignore
const TARGET_CASES: readonly Case[] = [
  ['size: { quote: 100 USD }', 'size: { position: 100% }\n    target: true', '23:13  sources.btc-trend.size.position  is a share of what is held, which opens no position, and target: true does. Write size: signal (as large as the message says), or how much is opened, such as { equity: 10% } or { quote: 100 USD }.'],
  ['size: { quote: 100 USD }', 'size: { risk: 1% }\n    target: true', '23:13  sources.btc-trend.size.risk  needs a stop, and a message of a source with target: true brings none. Write size: signal (as large as the message says), or how much is opened, such as { equity: 10% } or { quote: 100 USD }.'],
  ['maxAge: 60s', 'target: true\n    allow: { types: [limit, stop-loss] }', '25:14  sources.btc-trend.allow.types  lacks market, and where a strategy stands is reached by market orders alone. Write types: [market], or leave it out.'],
  ['maxAge: 60s', 'target: true\n    allow: { types: [market, limit] }', '25:30  sources.btc-trend.allow.types[1]  is limit, which a message that says where its strategy stands cannot ask for. Write types: [market], or leave it out.'],
  ['size: { quote: 100 USD }', 'size: signal\n    target: true\n    map: { symbol: { path: s }, time: { path: t }, marketPosition: { path: p } }', '23:5  sources.btc-trend.size  is signal, and a map names no field for the size of a position. Write how much is opened, such as { equity: 10% } or { quote: 100 USD }.'],
  ['maxAge: 60s', 'target: true\n    map: { symbol: { path: s }, time: { path: t }, action: { path: a } }', '25:5  sources.btc-trend.map  has no marketPosition, and target: true is about where the strategy stands. Add marketPosition: { path: marketPosition }.'],
];

describe('one fault in an otherwise right file is the one line that is shown', () => {
  it.each([
    ...ACCOUNT_CASES,
    ...PAPER_CASES,
    ...SOURCE_CASES,
    ...LANGUAGE_CASES,
    ...TARGET_CASES,
    ...FILE_CASES,
  ])('%j -> %j', (from, to, line) => {
    expect(faultsText('f', faultsOf(changed(from, to)))).toBe(`f:${line}\n`);
  });
});

describe('faults of the whole file', () => {
  it.each([
    ['', '1:1  the file is empty. Start from the example harpoon.yaml.'],
    ['# only a comment\n', '1:1  the file is empty. Start from the example harpoon.yaml.'],
    [
      '[accounts]',
      '1:1  is a list, not a map of keys. Write the keys (accounts, sources, channels, timezone, summary, alerts) below it, indented.',
    ],
    [
      'hello',
      '1:1  is "hello", not a map of keys. Write the keys (accounts, sources, channels, timezone, summary, alerts) below it, indented.',
    ],
    ['['.repeat(100_000), '1:1  the file nests too deeply. Start from the example harpoon.yaml.'],
    ['- '.repeat(100_000), '1:1  the file nests too deeply. Start from the example harpoon.yaml.'],
    [
      '#'.repeat(MOST_BYTES + 1),
      '1:1  the file is larger than 256 KiB. Take out what is not configuration.',
    ],
  ])('%.20j', (text, line) => {
    expect(faultsText('f', faultsOf(text))).toBe(`f:${line}\n`);
  });

  it('an alias bomb is refused before it can grow', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    const faults = faultsOf(['a0: &a0 [x, x]', ...lines].join('\n'));
    expect(faults).toHaveLength(31);
    expect(faults.every(({ problem }) => problem.includes('anchor or alias'))).toBe(true);
  });

  it('nesting by indentation is a fault, not a crash', () => {
    const deep = Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(faultsText('f', faultsOf(deep))).toContain('nests too deeply');
  });

  it('more than 200 accounts and sources are faults', () => {
    const names = Array.from({ length: 201 }, (_, index) => `n${index}`);
    const accounts = names.map((name) => `  ${name}: { mode: paper }`).join('\n');
    const sources = names.map(
      (name) => `  ${name}: { auth: tradingview, accounts: [n0], size: signal }`,
    );
    const text = `accounts:\n${accounts}\nsources:\n${sources.join('\n')}\n`;
    expect(faultsText('f', faultsOf(text))).toBe(
      'f:1:1  accounts  has 201 entries. Keep at most 200.\n' +
        'f:203:1  sources  has 201 entries. Keep at most 200.\n',
    );
  });

  it('a live account needs somebody who hears of it', () => {
    const [withoutChannels = ''] = RIGHT.replace('    notify: [me]\n', '').split('channels:');
    expect(faultsText('f', faultsOf(withoutChannels))).toBe(
      'f:4:5  accounts.main.mode  is live, and there is no channel on which anybody would hear of its orders. Add channels: { me: { email: me@example.com } }.\n',
    );
  });
});

describe('a source that says where its strategy stands', () => {
  it.each([
    'size: signal',
    'size: { equity: 10% }',
    'size: { quote: 100 USD }\n    allow: { types: [market], leverage: 2 }',
    'size: { quote: 100 USD }\n    map: { symbol: { path: s }, time: { path: t }, marketPosition: { path: p } }',
  ])('may have %s', (size) => {
    expect(faultsOf(changed('size: { quote: 100 USD }', `${size}\n    target: true`))).toEqual([]);
  });

  it('is not traded by an alert rule, which says buy or sell', () => {
    const rule = '{ rule: BTC/USD above 1, signal: { source: btc-trend, action: buy } }';
    const text = `${changed('maxAge: 60s', 'target: true')}alerts: [${rule}]\n`;
    expect(faultsOf(text).map(({ problem, remedy }) => [problem, remedy])).toEqual([
      [
        'names btc-trend, whose messages say where its strategy stands, and a rule says buy or sell',
        'Name a source without target: true.',
      ],
    ]);
  });
});

describe('all faults at once', () => {
  it('are listed in the order of the file, whatever found them', () => {
    const text = [
      'sources:',
      '  b: { auth: tradingview, accounts: [man], size: signal, maxAge: 2h }',
      '  b: {}',
      'accounts:',
      '  main:',
      '    mode: live',
      '    rails: { pairs: [XBT/USD, XBT/USD], maxOrder: 2, maxDaily: 3 EUR, maxPosition: 4 USD }',
      'alerts: []',
      'extra: 1',
    ].join('\n');
    const seen = faultsOf(text).map(({ line, column, path }) => `${line}:${column} ${path}`);
    expect(seen).toEqual([
      '2:38 sources.b.accounts[0]',
      '2:58 sources.b.maxAge',
      '3:3 sources.b',
      '5:3 accounts.main.secret',
      '6:5 accounts.main.mode',
      '7:22 accounts.main.rails.pairs[0]',
      '7:31 accounts.main.rails.pairs[1]',
      '7:31 accounts.main.rails.pairs[1]',
      '7:41 accounts.main.rails.maxOrder',
      '7:54 accounts.main.rails.maxDaily',
      '8:1 alerts',
      '9:1 extra',
    ]);
  });
});

describe('a fault shows what is written without giving it power', () => {
  it.each([
    ['https://hooks.slack.com/services/T0/B0/abc'],
    [`${'aB3/'.repeat(21)}Zz==`],
    ['aB3+'.repeat(14)],
    ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  ])('a secret in place of its name is not repeated: %s', (secret) => {
    const text = faultsText('f', faultsOf(changed('harpoon/slack', `"${secret}"`)));
    expect(text).toContain('channels.ops.slack  looks like a secret itself');
    expect(text).not.toContain(secret);
  });

  it('control characters and long texts are made harmless', () => {
    const hostile = `"\\e[31m\\u202e\\u0085${'x'.repeat(200)}"`;
    const text = faultsText('f', faultsOf(changed('mode: paper', `mode: ${hostile}`)));
    expect(text).toContain(`"\\u001b[31m\\u{202e}\\u{85}${'x'.repeat(53)}..."`);
    expect(text.trimEnd()).not.toMatch(/\p{C}/u);
  });
});
