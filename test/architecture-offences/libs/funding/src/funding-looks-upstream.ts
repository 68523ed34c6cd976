import '../../voucher-books/src/contract';
