import type { Phone } from './english-words.ts';

/** Letters, longest first, with what they usually sound like. `.` in front: only at the beginning; behind: only at the end. */
const rules = (
  'tion=SH AH N;sion=ZH AH N;cious=SH AH S;tious=SH AH S;ture.=CH ER;ough=AO;augh=AO;eigh=EY;igh=AY;tch=CH;dge=JH;sch=SH;' +
  '.kn=N;.wr=R;.ps=S;.x=Z;.gn=N;wh=W;ph=F;sh=SH;ch=CH;th=TH;ck=K;qu=K W;gh=G;ng=NG;cc=K;ss=S;ll=L;tt=T;pp=P;bb=B;dd=D;ff=F;gg=G;mm=M;nn=N;rr=R;zz=Z;' +
  'eau=OW;air=EH R;ear=IH R;eer=IH R;our=AO R;oor=AO R;ee=IY;ea=IY;oo=UW;ou=AW;ow.=OW;ow=AW;oa=OW;oi=OY;oy=OY;ai=EY;ay=EY;au=AO;aw=AO;ei=IY;ey=IY;eu=UW;ew=UW;ie=IY;ui=UW;ue.=UW;oe.=OW;' +
  'ar=AA R;er=ER;ir=ER;ur=ER;or=AO R;le.=AH L;es.=Z;ed.=D;e.=;y.=IY;.y=Y;' +
  'ce=S EH;ci=S IH;cy=S IY;ge=JH EH;gi=JH IH;' +
  'a=AE;b=B;c=K;d=D;e=EH;f=F;g=G;h=HH;i=IH;j=JH;k=K;l=L;m=M;n=N;o=AA;p=P;q=K;r=R;s=S;t=T;u=AH;v=V;w=W;x=K S;y=IH;z=Z'
)
  .split(';')
  .map((rule) => {
    const [letters = '', phones = ''] = rule.split('=');
    return {
      letters: letters.replaceAll('.', ''),
      opens: letters.startsWith('.'),
      closes: letters.endsWith('.'),
      phones: phones === '' ? [] : phones.split(' '),
    };
  });

/** How a spelling probably sounds, for names and new words: a reading by rule, good enough to compare. */
export function lettersToSounds(word: string): Phone[] {
  const letters = word.replaceAll(/[^a-z]/g, '');
  const phones: Phone[] = [];
  for (let at = 0; at < letters.length;) {
    const rule = rules.find(
      (each) =>
        letters.startsWith(each.letters, at) &&
        (!each.opens || at === 0) &&
        (!each.closes || (at > 0 && at + each.letters.length === letters.length)),
    );
    if (rule === undefined) {
      at += 1;
      continue;
    }
    phones.push(...rule.phones);
    at += rule.letters.length;
    // rate, note: a vowel before one consonant and a last e is long
    const tail = letters.slice(at);
    if (/^[bcdfgklmnpstvz]e$/.test(tail) && rule.letters.length === 1 && 'aiou'.includes(rule.letters))
      phones.splice(-1, 1, { a: 'EY', i: 'AY', o: 'OW', u: 'UW' }[rule.letters] ?? 'EY');
  }
  return phones;
}
