import { type ReceivedRequest, type Script, ScriptedCallee } from '../scripted-callee.ts';
import { answerLines } from './answer-lines.ts';

/** What a callee in a pod is asked: to listen, to begin a script, or what it has seen since. */
export type CalleeQuestion = { readonly listen: string } | { readonly play: Script } | 'seen';

const callee = new ScriptedCallee();

await answerLines(
  async (question: CalleeQuestion): Promise<string | readonly ReceivedRequest[] | undefined> => {
    if (question === 'seen') return callee.requests;
    if ('listen' in question) return callee.listen(question.listen);
    await callee.setScript(question.play);
  },
);
