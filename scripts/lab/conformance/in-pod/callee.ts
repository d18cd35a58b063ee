import { type ReceivedRequest, type Script, ScriptedCallee } from '../scripted-callee.ts';
import { answerLines } from './answer-lines.ts';

/** A question to a callee in a pod: listen on an address, set a script, or return the received requests. */
export type CalleeQuestion = { readonly listen: string } | { readonly script: Script } | 'requests';

const callee = new ScriptedCallee();

await answerLines(
  async (question: CalleeQuestion): Promise<string | readonly ReceivedRequest[] | undefined> => {
    if (question === 'requests') return callee.requests;
    if ('listen' in question) return callee.listen(question.listen);
    await callee.setScript(question.script);
  },
);
