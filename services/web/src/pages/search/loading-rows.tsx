import { type ReactNode, useEffect, useState } from 'react';

/** Grey shapes where rows will be; nothing at all for the first 300 ms. */
export function LoadingRows(): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="hlist" aria-busy="true">
      {late &&
        [64, 48, 72, 56, 40, 60].map((width) => (
          <div key={width} className="hit hit-bone" aria-hidden="true">
            <i className="bone" style={{ width: 14, height: 14 }} />
            <i className="bone" style={{ width: 30, height: 30, borderRadius: '50%' }} />
            <div className="hb">
              <i className="bone" style={{ width: `${width}%` }} />
              <i className="bone" style={{ width: '32%', marginTop: 12 }} />
            </div>
            <i className="bone" />
            <i className="bone" />
            <i className="bone" />
          </div>
        ))}
    </div>
  );
}
