import { isLoopbackAddress, isPublicAddress } from './public-addresses';

describe('the public internet', () => {
  it.each([
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
    ...['126.255.255.255', '128.0.0.0', '169.253.255.255', '172.15.255.255', '172.32.0.0'],
    ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
    ...['2a01:4f8::1', '2606:4700::1111', '2001:200::1', '2003::1'],
  ])('has %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    // First and last of each network, and what they are called in a cloud.
    ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
    ...['127.0.0.1', '127.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
    ...['172.16.0.0', '172.31.255.255', '192.0.0.0', '192.168.0.0', '192.168.255.255'],
    ...['198.18.0.0', '198.19.255.255', '224.0.0.1', '239.255.255.255', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'ff02::1'],
    // IPv4 in other clothes: mapped, compatible, translated, 6to4, Teredo.
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1'],
    // Written as no address is.
    ...['2130706433', '0x7f.1', '0177.0.0.1', 'localhost', ''],
  ])('has not %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it('is apart from this machine', () => {
    for (const address of ['127.0.0.1', '127.9.9.9', '::1']) {
      expect(isLoopbackAddress(address)).toBe(true);
    }
    for (const address of ['128.0.0.1', '10.0.0.1', '::2', '1.1.1.1', 'localhost']) {
      expect(isLoopbackAddress(address)).toBe(false);
    }
  });
});
