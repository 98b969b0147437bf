package report

import (
	"cmp"
	"maps"
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// Signal is something that people who look after a ward may want to look at
// again (dấu hiệu cần xem lại): figures that rarely come about by themselves. It
// proves nothing, and says nothing about why.
type Signal struct {
	Kind    SignalKind
	Officer command.ID    // whose work; zero: nobody's in particular
	From    int64         // ms
	Until   int64         // ms
	Records []command.Key // what is behind it: visits, applications, residents, in order
}

// SignalKind is what is unusual.
type SignalKind string

// Kinds of signals.
const (
	SignalBurst  SignalKind = "burst"  // very many captures in a short time
	SignalRhythm SignalKind = "rhythm" // captures at equal intervals
	SignalPhone  SignalKind = "phone"  // one telephone for people of many households
	SignalPlaces SignalKind = "places" // in two hamlets at nearly the same time
)

// SettingSignals is the replicated setting that holds the Thresholds.
const SettingSignals = "report.signals"

// Thresholds say from when on something is worth a look. What a setting leaves
// out keeps its default.
type Thresholds struct {
	Burst        int   `json:"burst"`        // captures
	BurstSeconds int64 `json:"burstSeconds"` // within which they fall
	Rhythm       int   `json:"rhythm"`       // captures, one after the other
	RhythmSlack  int64 `json:"rhythmSlack"`  // seconds by which intervals may differ from the first
	Phone        int   `json:"phone"`        // people, each of another household
	PlaceSeconds int64 `json:"placeSeconds"` // between two hamlets
}

// DefaultThresholds hold where nothing was set.
func DefaultThresholds() Thresholds {
	return Thresholds{Burst: 20, BurstSeconds: 600, Rhythm: 8, RhythmSlack: 2, Phone: 5, PlaceSeconds: 120}
}

// LoadThresholds reads the setting. Values that make no sense count as left out.
func LoadThresholds(v command.View) Thresholds {
	t, d := DefaultThresholds(), DefaultThresholds()
	if set, ok := civic.LoadSetting[Thresholds](v, SettingSignals); ok {
		t = set
	}
	or := func(n, least, def int) int {
		if n < least {
			return def
		}
		return n
	}
	t.Burst, t.Rhythm, t.Phone = or(t.Burst, 2, d.Burst), or(t.Rhythm, 3, d.Rhythm), or(t.Phone, 2, d.Phone)
	t.BurstSeconds, t.PlaceSeconds = max(0, t.BurstSeconds), max(0, t.PlaceSeconds)
	if t.BurstSeconds == 0 {
		t.BurstSeconds = d.BurstSeconds
	}
	if t.PlaceSeconds == 0 {
		t.PlaceSeconds = d.PlaceSeconds
	}
	if t.RhythmSlack <= 0 {
		t.RhythmSlack = d.RhythmSlack
	}
	return t
}

// Capture is something an officer took down themselves: a visit, an application.
// What a list brought (nhập danh sách) is nobody's capture, so an import that
// makes thousands of people in a minute is no burst.
type Capture struct {
	Key     command.Key
	Officer command.ID
	Hamlet  string // of the door; empty: not at a door
	At      int64  // ms, as captured
}

// Holder is a person with a telephone.
type Holder struct {
	Key       command.Key
	Household command.ID // zero: none
	Phone     string     // E.164
}

// Signals finds what is worth a look, first by kind, then by time.
func Signals(captures []Capture, holders []Holder, t Thresholds) []Signal {
	byOfficer := map[command.ID][]Capture{}
	for _, c := range captures {
		if !c.Officer.IsZero() {
			byOfficer[c.Officer] = append(byOfficer[c.Officer], c)
		}
	}
	var all []Signal
	for _, officer := range slices.SortedFunc(maps.Keys(byOfficer), func(a, b command.ID) int { return cmp.Compare(a.String(), b.String()) }) {
		own := byOfficer[officer]
		slices.SortFunc(own, func(a, b Capture) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Key, b.Key)) })
		all = slices.Concat(all, bursts(own, t), rhythms(own, t), twoPlaces(own, t))
	}
	all = append(all, sharedPhones(holders, t)...)
	slices.SortStableFunc(all, func(a, b Signal) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From)) })
	return all
}

// bursts are the longest runs in which every window of the given length that
// they are made of holds enough captures.
func bursts(own []Capture, t Thresholds) (found []Signal) {
	from, until := -1, -1 // of the run at hand
	for i := t.Burst - 1; i < len(own); i++ {
		first := i - t.Burst + 1
		if own[i].At-own[first].At > t.BurstSeconds*1000 {
			continue
		}
		if from >= 0 && first <= until {
			until = i
			continue
		}
		if from >= 0 {
			found = append(found, signalOf(SignalBurst, own[from:until+1]))
		}
		from, until = first, i
	}
	if from >= 0 {
		found = append(found, signalOf(SignalBurst, own[from:until+1]))
	}
	return found
}

// rhythms are runs whose intervals are all alike. What comes at the same moment
// belongs to one door and has no interval.
func rhythms(own []Capture, t Thresholds) (found []Signal) {
	slack := t.RhythmSlack * 1000
	for i := 0; i+1 < len(own); {
		step, end := own[i+1].At-own[i].At, i+1
		for end+1 < len(own) && within(own[end+1].At-own[end].At-step, slack) {
			end++
		}
		if end-i+1 >= t.Rhythm && step > 2*slack {
			found = append(found, signalOf(SignalRhythm, own[i:end+1]))
			i = end
		} else {
			i++
		}
	}
	return found
}

func within(difference, slack int64) bool { return difference >= -slack && difference <= slack }

// twoPlaces are pairs of doors in different hamlets, one right after the other.
func twoPlaces(own []Capture, t Thresholds) (found []Signal) {
	var last *Capture
	for i, c := range own {
		if c.Hamlet == "" {
			continue
		}
		if last != nil && last.Hamlet != c.Hamlet && c.At-last.At < t.PlaceSeconds*1000 {
			found = append(found, signalOf(SignalPlaces, []Capture{*last, c}))
		}
		last = &own[i]
	}
	return found
}

// sharedPhones are telephones of people from many households. A family shares
// one; somebody without a household counts as one of their own.
func sharedPhones(holders []Holder, t Thresholds) (found []Signal) {
	byPhone := map[string][]Holder{}
	for _, h := range holders {
		if h.Phone != "" {
			byPhone[h.Phone] = append(byPhone[h.Phone], h)
		}
	}
	for _, phone := range slices.Sorted(maps.Keys(byPhone)) {
		homes, s := map[string]bool{}, Signal{Kind: SignalPhone}
		for _, h := range byPhone[phone] {
			home := h.Household.String()
			if h.Household.IsZero() {
				home = string(h.Key)
			}
			homes[home] = true
			s.Records = append(s.Records, h.Key)
		}
		if len(homes) >= t.Phone {
			slices.Sort(s.Records)
			s.Records = slices.Compact(s.Records)
			found = append(found, s)
		}
	}
	return found
}

func signalOf(kind SignalKind, run []Capture) Signal {
	s := Signal{Kind: kind, Officer: run[0].Officer, From: run[0].At, Until: run[len(run)-1].At}
	for _, c := range run {
		s.Records = append(s.Records, c.Key)
	}
	return s
}
