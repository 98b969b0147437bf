package upstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// Sender takes what a cluster agreed to its province.
type Sender struct {
	Store    *store.Store
	Table    *command.Table
	Identity *trust.Identity
	Linger   time.Duration // how long a parcel waits for company
	// Leading reports whether this machine leads: only the leader seals.
	Leading func() bool
	// Propose has a machine's own command agreed.
	Propose func(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error)
	// Post hands a parcel to the province; last comes with parcel_gap.
	Post func(ctx context.Context, to Province, p civic.ReceiveParcel) (receipt civic.Signed, last uint64, err error)
	Log  *slog.Logger

	lanes [2]lane
	mu    sync.Mutex
	state State
}

// State is how the line is, for the status page.
type State struct {
	Since     time.Time // of the last contact, or when it was first tried
	Reached   bool      // the last try got an answer
	Stopped   string    // a code, when a lane is stopped until a person looks
	LastError string
}

// lane is what the sender remembers of one lane; losing it costs a second look.
type lane struct {
	looked  uint64    // the feed up to here holds nothing new for this lane
	first   time.Time // when the oldest waiting change was first seen
	pause   time.Duration
	retryAt time.Time
	resend  uint64 // after a gap: send again from this parcel on
}

const (
	firstPause = 200 * time.Millisecond
	longest    = 2 * time.Minute
	patience   = time.Minute
)

// State returns how the line is.
func (s *Sender) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	for ctx.Err() == nil {
		changed := s.Store.Changed()
		wait := time.Second // until somebody leads, look again now and then
		if s.Leading() {
			wait = s.round(ctx)
		}
		if wait <= 0 {
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-t.C:
		}
		t.Stop()
	}
}

// round does one step of the most urgent lane that has one, and returns how
// long to wait before the next; zero: there is more to do at once.
func (s *Sender) round(ctx context.Context) time.Duration {
	r := s.Store.Read()
	defer r.Close()
	who, founded := civic.WhoseRegister(r)
	province, enrolled := civic.LoadSetting[Province](r, SettingProvince)
	if !founded || !enrolled {
		return time.Hour
	}
	wait := time.Hour
	for i, number := range []command.Lane{command.Urgent, command.Routine} {
		l := &s.lanes[i]
		w, err := s.step(ctx, r, who, province, number, l)
		if err != nil {
			w = s.failed(l, err)
		} else if w == 0 {
			l.pause = 0
			return 0
		}
		wait = min(wait, w)
	}
	return wait
}

// step moves one lane on by one parcel.
func (s *Sender) step(ctx context.Context, r *store.Reader, who civic.Identity, to Province, number command.Lane, l *lane) (time.Duration, error) {
	if d := time.Until(l.retryAt); d > 0 {
		return d, nil
	}
	up := civic.LoadUpstream(r, number)
	if l.resend > 0 && l.resend <= up.ReceivedSeq {
		return 0, s.again(ctx, r, who, to, number, l)
	}
	l.resend = 0
	if up.SealedSeq > up.ReceivedSeq {
		return 0, s.send(ctx, r, who, to, number, up.ReceivedSeq+1, l)
	}
	return s.seal(ctx, r, who, up, l)
}

// seal fixes the next parcel once it is full or has lingered long enough.
func (s *Sender) seal(ctx context.Context, r *store.Reader, who civic.Identity, up civic.Upstream, l *lane) (time.Duration, error) {
	body, isFull, seen := next(r, s.Table, who, up, max(up.SealedTo, l.looked))
	if len(body.Items) == 0 {
		l.looked, l.first = seen, time.Time{}
		return time.Hour, nil
	}
	if l.first.IsZero() {
		l.first = time.Now()
	}
	if rest := s.Linger - time.Since(l.first); rest > 0 && !isFull {
		return rest, nil
	}
	l.first = time.Time{}
	seal := civic.SealParcel{Lane: up.Lane, Seq: body.Seq, From: body.From, To: body.To, Count: len(body.Items), Prev: body.Prev, Hash: body.Hash()}
	id := command.DerivedID("seal", who.Code, fmt.Sprint(up.Lane, body.Seq), string(seal.Hash))
	out, err := s.Propose(ctx, civic.KindSeal, id, seal)
	if err != nil {
		return 0, err
	}
	if out.Status != command.Accepted {
		return 0, out.Err() // somebody else sealed; look again
	}
	return 0, nil
}

// send sends a sealed parcel and has the receipt agreed.
func (s *Sender) send(ctx context.Context, r *store.Reader, who civic.Identity, to Province, number command.Lane, seq uint64, l *lane) error {
	signed, err := s.post(ctx, r, who, to, number, seq, l)
	if err != nil {
		return err
	}
	receipt, err := s.check(to, signed)
	if err != nil {
		return err
	}
	id := command.DerivedID("receipt", who.Code, fmt.Sprint(number, seq), string(receipt.Hash))
	out, err := s.Propose(ctx, civic.KindReceipt, id, civic.AckParcel{Receipt: receipt, Signed: signed})
	if err != nil {
		return err
	}
	if out.Status != command.Accepted {
		return out.Err()
	}
	return nil
}

// again sends a parcel the province once had and lost.
func (s *Sender) again(ctx context.Context, r *store.Reader, who civic.Identity, to Province, number command.Lane, l *lane) error {
	signed, err := s.post(ctx, r, who, to, number, l.resend, l)
	if err != nil {
		return err
	}
	if _, err := s.check(to, signed); err != nil {
		return err
	}
	l.resend++
	return nil
}

func (s *Sender) post(ctx context.Context, r *store.Reader, who civic.Identity, to Province, number command.Lane, seq uint64, l *lane) (civic.Signed, error) {
	seal, ok := civic.Load[civic.Seal](r, civic.TypeSeal, civic.SealKey(number, seq))
	if !ok {
		return civic.Signed{}, fmt.Errorf("upstream: parcel %d of lane %d was never sealed here", seq, number)
	}
	body, err := derive(r, s.Table, who, seal)
	if err != nil {
		return civic.Signed{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	signed, last, err := s.Post(ctx, to, civic.ReceiveParcel{Parcel: body, Node: s.Identity.Node, Sig: s.Identity.Sign("parcel", body.Canonical())})
	var known *command.Error
	if errors.As(err, &known) && known.Code == "parcel_gap" && last+1 < seq {
		l.resend = last + 1
	}
	if err == nil {
		s.note(func(st *State) { *st = State{Since: time.Now(), Reached: true} })
	}
	return signed, err
}

// check reads a receipt and the signature of the province's machine on it.
func (s *Sender) check(to Province, signed civic.Signed) (receipt civic.Receipt, err error) {
	root, err := to.RootCert()
	if err != nil {
		return receipt, err
	}
	if err := checkSigned(signed, "receipt", root, to.Code); err != nil {
		return receipt, fmt.Errorf("upstream: the receipt: %w", err)
	}
	if err := json.Unmarshal(signed.Data, &receipt); err != nil {
		return receipt, fmt.Errorf("upstream: the receipt: %w", err)
	}
	return receipt, nil
}

// failed backs off, with jitter. Only the first failure of a row is logged.
func (s *Sender) failed(l *lane, err error) time.Duration {
	var known *command.Error
	errors.As(err, &known)
	if known != nil && (known.Code == "stale_seal" || known.Code == "parcel_gap" && l.resend > 0) {
		return 10 * time.Millisecond
	}
	first := l.pause == 0
	l.pause = min(max(2*l.pause, firstPause), longest)
	pause := l.pause/2 + rand.N(l.pause)
	l.retryAt = time.Now().Add(pause)
	s.note(func(st *State) {
		st.Reached, st.LastError = known != nil, err.Error()
		if known != nil && known.Code == "fork" {
			st.Stopped = known.Code
		}
		if st.Since.IsZero() {
			st.Since = time.Now()
		}
	})
	if first && !errors.Is(err, context.Canceled) {
		s.Log.Warn("upstream: not sent, trying again", "error", err)
	}
	return pause
}

func (s *Sender) note(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
}
