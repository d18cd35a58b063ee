import { SESSION_COOKIE, setCookie } from '../http/cookies.ts';
import type { PageAnswer } from '../http/page-answer.ts';
import { redirectTo } from '../http/page-answer.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import { safeReturnPath } from '../http/return-path.ts';
import type { Visit } from '../http/visit.ts';
import { signInView, signUpView } from '../views/account-view.ts';
import { formProblemOf } from '../views/form-problem.ts';
import type { PageSources } from './page-sources.ts';

/** Cost of a password hash, in requests without one. */
const HASHING_COST = 20;

const LABELS = { email: 'The email address', password: 'The password', name: 'The name' } as const;

/** Returns the pages with which a customer registers, signs in and signs out. */
export function accountPages({ clients: { user }, frame }: PageSources): PageHandlers {
  const signIn = async (visit: Visit, returnPath: string): Promise<PageAnswer> => {
    const { email = '', password = '' } = visit.form;
    const { accessToken, expiresInSeconds } = await user.signIn(
      { email, password },
      { context: visit.context },
    );
    return redirectTo(returnPath, [setCookie(SESSION_COOKIE, accessToken, expiresInSeconds, visit.isSecure)]);
  };
  return {
    showSignIn: {
      access: 'everyone',
      answer(visit) {
        const returnPath = safeReturnPath(visit.query.return);
        if (visit.bearer) return redirectTo(returnPath);
        return { kind: 'page', body: signInView(frame, visit, { returnPath }) };
      },
    },
    signIn: {
      access: 'everyone',
      cost: HASHING_COST,
      async answer(visit) {
        const { email, return: path } = visit.form;
        const returnPath = safeReturnPath(path);
        try {
          return await signIn(visit, returnPath);
        } catch (error) {
          const problem = formProblemOf(error, LABELS);
          const body = signInView(frame, visit, { returnPath, email, problem });
          return { kind: 'page', status: 422, body };
        }
      },
    },
    showSignUp: {
      access: 'everyone',
      answer(visit) {
        const returnPath = safeReturnPath(visit.query.return);
        if (visit.bearer) return redirectTo(returnPath);
        return { kind: 'page', body: signUpView(frame, visit, { returnPath }) };
      },
    },
    signUp: {
      access: 'everyone',
      cost: HASHING_COST,
      async answer(visit) {
        const { email = '', password = '', name = '', return: path } = visit.form;
        const returnPath = safeReturnPath(path);
        try {
          await user.register({ email, password, name }, { context: visit.context });
          return await signIn(visit, returnPath);
        } catch (error) {
          const problem = formProblemOf(error, LABELS);
          const body = signUpView(frame, visit, { returnPath, email, name, problem });
          return { kind: 'page', status: 422, body };
        }
      },
    },
    signOut: {
      access: 'everyone',
      answer: ({ isSecure }) => redirectTo('/', [setCookie(SESSION_COOKIE, '', 0, isSecure)]),
    },
  };
}
