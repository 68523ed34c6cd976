import '../../reimbursement/src/contract';
