package upstream

import (
	"bytes"
	"cmp"
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
	// Moved is asked for a channel that is closed when that may have changed; nil: it
	// never does.
	Moved func() <-chan struct{}
	// Listing reports whether a list is being imported: the routine lane, which
	// would double that work, waits until it is in, but not for ever. Nil: never.
	Listing func() bool
	// Propose has a machine's own command agreed.
	Propose func(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error)
	// Post hands a parcel to the province; last comes with parcel_gap.
	Post func(ctx context.Context, to Province, p civic.ReceiveParcel) (receipt civic.Signed, last uint64, err error)
	Log  *slog.Logger

	lanes [2]lane // urgent first
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
	number  command.Lane
	next    gathering
	first   time.Time // when the oldest waiting change was first seen
	resend  uint64    // after a gap: send again from this parcel on
	refused int       // proposals the cluster refused; each try then has a name of its own
	pause   time.Duration
	retryAt time.Time
	stopped string    // why a person must look
	held    time.Time // since when it waits for a list; zero: it does not
}

// Codes at which a lane stops until a person has looked. It asks again now and
// then: what was wrong may have been put right at the other end.
const (
	codeFork    = "fork"         // two parcels with one number
	codeGap     = "parcel_gap"   // and nothing to fill it with: the chains differ
	codeDiffers = "feed_differs" // this machine's feed is not what was sealed
)

const (
	firstPause = 200 * time.Millisecond
	longest    = 2 * time.Minute
	heldPause  = time.Second      // between two looks whether a list is still going in
	mostHeld   = 10 * time.Minute // a lane waits no longer for one
)

// State returns how the line is.
func (s *Sender) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	s.lanes[0].number, s.lanes[1].number = command.Urgent, command.Routine
	for ctx.Err() == nil {
		changed, moved := s.Store.Changed(), s.moved()
		if !s.Leading() {
			select {
			case <-ctx.Done():
			case <-moved:
			}
			continue
		}
		wait := s.round(ctx)
		if wait <= 0 {
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-moved:
		case <-t.C:
		}
		t.Stop()
	}
}

func (s *Sender) moved() <-chan struct{} {
	if s.Moved == nil {
		return nil
	}
	return s.Moved()
}

// round does one step of the most urgent lane that has one, and returns how
// long to wait before the next; zero: there may be more to do at once.
func (s *Sender) round(ctx context.Context) time.Duration {
	wait := time.Hour
	for i := range s.lanes {
		l := &s.lanes[i]
		do, rest, err := s.look(l)
		if err == nil && do != nil {
			err = do(ctx)
		}
		switch {
		case err != nil:
			rest = s.failed(ctx, l, err)
		case do != nil:
			s.succeeded(l)
			return 0
		}
		wait = min(wait, rest)
	}
	return wait
}

// step is the next thing to do for a lane. It has read all it needs: it may take
// as long as the network takes, and nothing may be held open meanwhile.
type step func(context.Context) error

// look finds the next step of a lane, or how long there is none.
func (s *Sender) look(l *lane) (step, time.Duration, error) {
	if rest := time.Until(l.retryAt); rest > 0 {
		return nil, rest, nil
	}
	if s.holds(l) {
		return nil, heldPause, nil
	}
	r := s.Store.Read()
	defer r.Close()
	who, founded := civic.WhoseRegister(r)
	to, enrolled := civic.LoadSetting[Province](r, SettingProvince)
	if !founded || !enrolled {
		return nil, time.Hour, r.Err()
	}
	up := civic.LoadUpstream(r, l.number)
	if l.resend > up.ReceivedSeq {
		l.resend = 0
	}
	switch {
	case l.resend > 0:
		body, err := s.sealed(r, who, l.number, l.resend)
		return func(ctx context.Context) error { return s.again(ctx, l, to, body) }, 0, err
	case up.SealedSeq > up.ReceivedSeq:
		body, err := s.sealed(r, who, l.number, up.ReceivedSeq+1)
		return func(ctx context.Context) error { return s.send(ctx, l, to, body) }, 0, err
	}
	if err := l.next.follow(r, s.Table, up); err != nil {
		return nil, 0, err
	}
	if rest := l.lingers(s.Linger); rest > 0 {
		return nil, rest, nil
	}
	seal := l.next.seal(r, who, up, r.Position().Audit)
	return func(ctx context.Context) error { return s.seal(ctx, l, who, seal) }, 0, r.Err()
}

// holds reports whether a lane waits for a list that is going in.
func (s *Sender) holds(l *lane) bool {
	if l.number != command.Routine || s.Listing == nil || !s.Listing() {
		l.held = time.Time{}
		return false
	}
	if l.held.IsZero() {
		l.held = time.Now()
	}
	return time.Since(l.held) < mostHeld
}

// lingers returns how long the parcel still waits for company.
func (l *lane) lingers(linger time.Duration) time.Duration {
	if len(l.next.items) == 0 {
		l.first = time.Time{}
		return time.Hour
	}
	if l.first.IsZero() {
		l.first = time.Now()
	}
	if l.next.full {
		return 0
	}
	return linger - time.Since(l.first)
}

// sealed derives a parcel that was sealed.
func (s *Sender) sealed(r *store.Reader, who civic.Identity, number command.Lane, seq uint64) (civic.ParcelBody, error) {
	seal, ok := civic.Load[civic.Seal](r, civic.TypeSeal, civic.SealKey(number, seq))
	if !ok {
		return civic.ParcelBody{}, errors.Join(fmt.Errorf("upstream: the seal of parcel %d of lane %d is not here", seq, number), r.Err())
	}
	return derive(r, s.Table, who, seal)
}

// seal fixes the next parcel.
func (s *Sender) seal(ctx context.Context, l *lane, who civic.Identity, seal civic.SealParcel) error {
	l.first = time.Time{}
	id := command.DerivedID("seal", who.Code, fmt.Sprint(seal.Lane, seal.Seq, l.refused), string(seal.Hash))
	return s.agree(ctx, l, civic.KindSeal, id, seal)
}

// send sends a sealed parcel and has the receipt agreed.
func (s *Sender) send(ctx context.Context, l *lane, to Province, body civic.ParcelBody) error {
	receipt, signed, err := s.post(ctx, l, to, body)
	if known := command.AsError(err); err != nil && known.Code == civic.CodeBehind {
		return s.goOnBehind(ctx, l, body, signed)
	}
	if err != nil {
		return err
	}
	id := command.DerivedID("receipt", body.Cluster, fmt.Sprint(body.Lane, body.Seq, l.refused), string(receipt.Hash))
	return s.agree(ctx, l, civic.KindReceipt, id, civic.AckParcel{Receipt: receipt, Signed: signed})
}

// goOnBehind has the lane go on behind what the province has of an earlier
// generation of this cluster. Every machine checks who signed that.
func (s *Sender) goOnBehind(ctx context.Context, l *lane, body civic.ParcelBody, signed civic.Signed) error {
	var end civic.Receipt
	if err := json.Unmarshal(signed.Data, &end); err != nil {
		return fmt.Errorf("upstream: the receipt: %w", err)
	}
	if end.Cluster != body.Cluster || end.Lane != body.Lane || end.Generation >= body.Generation {
		return errors.New("upstream: the receipt is not for this lane before the cluster was begun anew")
	}
	s.Log.Warn("upstream: the province has parcels from before the cluster was begun anew; the lane goes on behind them", "lane", l.number, "seq", end.Seq)
	id := command.DerivedID("receipt behind", body.Cluster, fmt.Sprint(end.Lane, end.Seq, body.Generation, l.refused), string(end.Hash))
	return s.agree(ctx, l, civic.KindReceipt, id, civic.AckParcel{Receipt: end, Signed: signed})
}

// again sends a parcel the province once had and lost. Its new receipt may refuse
// what the lost one took.
func (s *Sender) again(ctx context.Context, l *lane, to Province, body civic.ParcelBody) error {
	receipt, signed, err := s.post(ctx, l, to, body)
	if err != nil {
		return err
	}
	id := command.DerivedID("receipt again", body.Cluster, fmt.Sprint(body.Lane, body.Seq, l.refused), string(signed.Data))
	if err = s.agree(ctx, l, civic.KindReceipt, id, civic.AckParcel{Receipt: receipt, Signed: signed}); err == nil {
		l.resend++
	}
	return err
}

// agree has a command of the line agreed. A refusal is kept under the command's
// ID for ever, so the next try must not be the same command.
func (s *Sender) agree(ctx context.Context, l *lane, kind command.Kind, id command.ID, body any) error {
	out, err := s.Propose(ctx, kind, id, body)
	if err != nil {
		return fmt.Errorf("upstream: having it agreed here: %w", err)
	}
	if why := out.Err(); why != nil {
		l.refused++
		return fmt.Errorf("upstream: refused here: %w", why)
	}
	return nil
}

// post hands a parcel over and checks the receipt: the signature of the
// province's machine on it, and that it is for this parcel.
func (s *Sender) post(ctx context.Context, l *lane, to Province, body civic.ParcelBody) (receipt civic.Receipt, signed civic.Signed, err error) {
	signed, last, err := s.Post(ctx, to, civic.ReceiveParcel{Parcel: body, Node: s.Identity.Node, Sig: s.Identity.Sign("parcel", body.Canonical())})
	var known *command.Error
	answered := err == nil || errors.As(err, &known)
	s.note(func(st *State) {
		if st.Reached = answered; answered || st.Since.IsZero() {
			st.Since = time.Now()
		}
	})
	if known != nil && known.Code == codeGap && last+1 < body.Seq {
		l.resend = last + 1
		return receipt, signed, errBehind
	}
	if err != nil {
		return receipt, signed, err
	}
	receipt, err = check(to, signed, body)
	return receipt, signed, err
}

// errBehind: the province was put back in time and gets again what it lost.
var errBehind = errors.New("upstream: the province lacks earlier parcels")

// check reads a receipt and the signature of the province's machine on it.
func check(to Province, signed civic.Signed, body civic.ParcelBody) (receipt civic.Receipt, err error) {
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
	if receipt.Cluster != body.Cluster || receipt.Lane != body.Lane || receipt.Seq != body.Seq || !bytes.Equal(receipt.Hash, body.Hash()) {
		return receipt, errors.New("upstream: the receipt is for another parcel")
	}
	return receipt, nil
}

// succeeded ends a row of failures.
func (s *Sender) succeeded(l *lane) {
	l.pause, l.stopped = 0, ""
	s.note(func(st *State) { st.LastError = "" })
}

// failed backs off, with jitter. Only the first failure of a row is logged, and
// that a lane stops.
func (s *Sender) failed(ctx context.Context, l *lane, err error) time.Duration {
	if errors.Is(err, errBehind) {
		return firstPause
	}
	first := l.pause == 0
	var known *command.Error
	if errors.As(err, &known) && (known.Code == codeFork || known.Code == codeGap || known.Code == codeDiffers) {
		first = first || l.stopped == ""
		l.stopped, l.pause = known.Code, longest
	}
	l.pause = min(max(2*l.pause, firstPause), longest)
	pause := l.pause/2 + rand.N(l.pause)
	l.retryAt = time.Now().Add(pause)
	s.note(func(st *State) { st.LastError = err.Error() })
	switch {
	case !first || ctx.Err() != nil:
	case l.stopped != "":
		s.Log.Error("upstream: a lane has stopped until somebody looks", "lane", l.number, "error", err)
	default:
		s.Log.Warn("upstream: not sent, trying again", "lane", l.number, "error", err)
	}
	return pause
}

// note changes the state; a lane that has stopped shows until it goes on.
func (s *Sender) note(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
	s.state.Stopped = cmp.Or(s.lanes[0].stopped, s.lanes[1].stopped)
}
