/**
 * Run before a program of Carnet, lets endpoints of webhooks be on this machine: what a test of the
 * real programs needs, and what they have no variable for.
 */
require('reflect-metadata');
const { dirname, join } = require('node:path');

const main = process.argv[1];
const { SchemeModule } = require(join(dirname(main), '../../../libs/processes/src/index.js'));

const asInProduction = SchemeModule.with.bind(SchemeModule);
SchemeModule.with = (options) => asInProduction({ ...options, webhooksOnLoopback: true });
