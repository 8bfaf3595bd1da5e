import { answersContract } from '../../../test/contracts/answers.ts';
import { memoryAnswers } from './answers.ts';

answersContract('memory', async () => memoryAnswers());
