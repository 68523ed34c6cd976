import { networkOf, parseNetworks } from './networks';

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::4:5:6:7:8', '2001:db8:0:4::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
    ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));

  it('of two lines is told apart, of one is not', () => {
    expect(networkOf('2001:db8:1:2:ffff:ffff:ffff:ffff')).toBe(networkOf('2001:db8:1:2::'));
    expect(networkOf('2001:db8:1:3::')).not.toBe(networkOf('2001:db8:1:2::'));
  });

  it.each(['', 'unknown', '_hidden', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.2.3.4:', '[1.2.3.4]:5'])(
    '%j is of nobody known',
    (text) => expect(networkOf(text)).toBe('unknown'),
  );
});

describe('networks in text', () => {
  it.each([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, fd00::/8,2001:db8::1', ['10.0.0.0/8', 'fd00::/8', '2001:db8::1']],
    ['10.0.0.1/32', ['10.0.0.1/32']],
    ['::1/128', ['::1/128']],
    ['0.0.0.0/1', ['0.0.0.0/1']],
  ])('are read from %s', (text, networks) => expect(parseNetworks(text)).toEqual(networks));

  it.each([
    ...['', ',', '10.0.0.1,', 'proxy', 'loopback', 'true', '1', '*', '10.0.0.0/', '10.0.0.0/33'],
    ...['10.0.0.0/08', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0', '::1/129', 'fe80::1%eth0'],
    // Everybody.
    ...['0.0.0.0/0', '::/0'],
  ])('are not: %j', (text) => expect(parseNetworks(text)).toBeUndefined());
});
