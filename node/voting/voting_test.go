package voting

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// machine reads "d V 990": a name, what it is (V votes, - stands by, capital
// letters after it: o off, b behind, x shut out, s hardly looked at), its share.
func machine(t *testing.T, text string) (m Machine) {
	t.Helper()
	var kind string
	_, err := fmt.Sscanf(text, "%s %s %d", &m.ID, &kind, &m.Share)
	require.NoError(t, err, text)
	m.Voter, m.Here, m.CaughtUp, m.Looks = kind[0] == 'V', true, true, FewestLooks
	for _, c := range kind[1:] {
		switch c {
		case 'o':
			m.Here = false
		case 'b':
			m.CaughtUp = false
		case 'x':
			m.Denied = true
		case 's':
			m.Looks = FewestLooks - 1
		default:
			require.FailNow(t, "no such mark", text)
		}
	}
	return m
}

func machines(t *testing.T, texts ...string) (list []Machine) {
	for _, text := range texts {
		list = append(list, machine(t, text))
	}
	return list
}

func TestTheNextStepTowardsTheVotersThereShouldBe(t *testing.T) {
	for name, c := range map[string]struct {
		list []string
		want Advice
	}{
		"alone":                                 {[]string{"d V 1000"}, Advice{Voters: 1, Want: 1, Why: WhyGood}},
		"alone, a ward that is new":             {[]string{"d V 1000", "a -s 1000"}, Advice{Voters: 1, Want: 1, Why: WhyTooShort}},
		"two machines are no better than one":   {[]string{"d V 1000", "a - 990"}, Advice{Voters: 1, Want: 1, Why: WhyGood}},
		"one to three, the best first":          {[]string{"d V 1000", "a - 700", "b - 990"}, Advice{Voters: 1, Want: 3, Do: Promote, Node: "b", Why: WhyMore}},
		"one to three, half way":                {[]string{"d V 1000", "a - 700", "b V 990"}, Advice{Voters: 2, Want: 3, Do: Promote, Node: "a", Why: WhyMore, Even: true}},
		"three to five":                         {[]string{"d V 1000", "a V 900", "b V 990", "c - 800", "e - 810"}, Advice{Voters: 3, Want: 5, Spare: 1, Do: Promote, Node: "e", Why: WhyMore}},
		"four machines: three vote":             {[]string{"d V 1000", "a V 900", "b V 990", "c - 950"}, Advice{Voters: 3, Want: 3, Spare: 1, Why: WhyGood}},
		"six machines: five vote":               {[]string{"d V 1000", "a V 900", "b V 990", "c V 950", "e V 940", "f - 960"}, Advice{Voters: 5, Want: 5, Spare: 2, Why: WhyGood}},
		"one that is off every night":           {[]string{"d V 1000", "a - 300", "b - 990"}, Advice{Voters: 1, Want: 1, Why: WhyGood}},
		"a far better standby":                  {[]string{"d V 1000", "a V 700", "b V 990", "c - 950"}, Advice{Voters: 3, Want: 3, Spare: 1, Do: Promote, Node: "c", Why: WhyBetter}},
		"a little better is not enough":         {[]string{"d V 1000", "a V 860", "b V 990", "c - 950"}, Advice{Voters: 3, Want: 3, Spare: 1, Why: WhyGood}},
		"four voters: the worst goes":           {[]string{"d V 1000", "a V 700", "b V 990", "c V 950"}, Advice{Voters: 4, Want: 3, Spare: 1, Do: Demote, Node: "a", Why: WhyEven, Even: true}},
		"two voters and nobody else":            {[]string{"d V 1000", "a V 800"}, Advice{Voters: 2, Want: 1, Do: Demote, Node: "a", Why: WhyEven, Even: true}},
		"two voters, one of them off":           {[]string{"d V 1000", "a Vo 800"}, Advice{Voters: 2, Want: 1, Spare: -1, Do: Demote, Node: "a", Why: WhyEven, Even: true}},
		"the best one is off now":               {[]string{"d V 1000", "a - 700", "b -o 990"}, Advice{Voters: 1, Want: 3, Do: Promote, Node: "a", Why: WhyMore}},
		"the best one is behind":                {[]string{"d V 1000", "a - 700", "b -b 990"}, Advice{Voters: 1, Want: 3, Do: Promote, Node: "a", Why: WhyMore}},
		"nobody can be made a voter now":        {[]string{"d V 1000", "a -o 700", "b -b 990"}, Advice{Voters: 1, Want: 3, Why: WhyNotSafe}},
		"one that was shut out is no candidate": {[]string{"d V 1000", "a -x 990", "b - 990"}, Advice{Voters: 1, Want: 1, Why: WhyGood}},
		"a voter not measured yet stays":        {[]string{"d V 1000", "a Vs 100", "b V 990", "c - 990"}, Advice{Voters: 3, Want: 3, Spare: 1, Why: WhyTooShort}},
		"a tie goes by name":                    {[]string{"d V 1000", "b - 900", "a - 900"}, Advice{Voters: 1, Want: 3, Do: Promote, Node: "a", Why: WhyMore}},
		"most voters are off: nothing is safe":  {[]string{"d V 1000", "a Vo 900", "b Vo 900", "c - 990", "e - 990"}, Advice{Voters: 3, Want: 5, Spare: -1, Why: WhyNotSafe}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, Advise(machines(t, c.list...))) })
	}
}

func TestAChangeThatWouldLoseTheQuorumIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		list []string
		do   Change
		code string
	}{
		"a second voter":                         {[]string{"d V 0", "a - 0"}, Change{Promote, "a"}, ""},
		"a voter that is off":                    {[]string{"d V 0", "a -o 0"}, Change{Promote, "a"}, "not_here"},
		"a voter that is behind":                 {[]string{"d V 0", "a -b 0"}, Change{Promote, "a"}, "behind"},
		"a voter that was shut out":              {[]string{"d V 0", "a -x 0"}, Change{Promote, "a"}, "denied_node"},
		"nobody":                                 {[]string{"d V 0"}, Change{Promote, "x"}, "unknown_node"},
		"who votes already":                      {[]string{"d V 0", "a V 0"}, Change{Promote, "a"}, ""},
		"a fourth while one of three is off":     {[]string{"d V 0", "a V 0", "b Vo 0", "c - 0"}, Change{Promote, "c"}, ""},
		"a third while one of two is off":        {[]string{"d V 0", "a Vo 0", "c - 0"}, Change{Promote, "c"}, ""},
		"the last one":                           {[]string{"d V 0", "a - 0"}, Change{Demote, "d"}, "last_voter"},
		"remove the last one":                    {[]string{"d V 0", "a - 0"}, Change{Remove, "d"}, "last_voter"},
		"one of three":                           {[]string{"d V 0", "a V 0", "b V 0"}, Change{Demote, "a"}, ""},
		"one of three that is off":               {[]string{"d V 0", "a V 0", "b Vo 0"}, Change{Remove, "b"}, ""},
		"one of three while another is off":      {[]string{"d V 0", "a V 0", "b Vo 0"}, Change{Demote, "a"}, "quorum_lost"},
		"remove one of five while two are off":   {[]string{"d V 0", "a V 0", "b V 0", "c Vo 0", "e Vo 0"}, Change{Remove, "a"}, "quorum_lost"},
		"remove one of the two that are off":     {[]string{"d V 0", "a V 0", "b V 0", "c Vo 0", "e Vo 0"}, Change{Remove, "e"}, ""},
		"a standby is removed":                   {[]string{"d V 0", "a V 0", "b Vo 0", "c -o 0"}, Change{Remove, "c"}, ""},
		"one who stands by is demoted":           {[]string{"d V 0", "a - 0"}, Change{Demote, "a"}, ""},
		"while most are off nothing can be done": {[]string{"d V 0", "a Vo 0", "b Vo 0", "c - 0"}, Change{Remove, "b"}, "quorum_lost"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Check(machines(t, c.list...), c.do)
			if c.code == "" {
				require.Nil(t, err)
				return
			}
			require.NotNil(t, err)
			require.Equal(t, c.code, err.Code)
		})
	}
}

func TestAnEvenNumberOfVotersIsWarnedOf(t *testing.T) {
	three := []string{"d V 0", "a V 0", "b V 0", "c - 0"}
	require.Equal(t, WhyEven, Warn(machines(t, three...), Change{Promote, "c"}))
	require.Equal(t, WhyTwoIsNone, Warn(machines(t, three...), Change{Demote, "a"}))
	require.Empty(t, Warn(machines(t, three[1:]...), Change{Promote, "c"}))
	require.Empty(t, Warn(machines(t, three...), Change{Remove, "c"}))
}

// TestFollowingTheAdviceEndsAndNeverLosesTheQuorum does what is advised, from any
// beginning, until nothing is.
func TestFollowingTheAdviceEndsAndNeverLosesTheQuorum(t *testing.T) {
	tried := 0
	for bits := range 1 << 12 { // six machines: votes?, here?
		var list []Machine
		voters, on := 0, 0
		for i := range 6 {
			m := Machine{ID: string(rune('a' + i)), Voter: bits>>i&1 == 1, Here: bits>>(6+i)&1 == 1, CaughtUp: true, Looks: FewestLooks, Share: 500 + 90*i}
			if m.Voter {
				voters++
				if m.Here {
					on++
				}
			}
			list = append(list, m)
		}
		if voters == 0 || on < voters/2+1 {
			continue
		}
		tried++
		for step := 0; ; step++ {
			require.Less(t, step, 13, "it goes round: %+v", list)
			a := Advise(list)
			if a.Do == "" {
				break
			}
			for i := range list {
				if list[i].ID == a.Node {
					list[i].Voter = a.Do == Promote
				}
			}
			voters, on = 0, 0
			for _, m := range list {
				if m.Voter {
					voters++
					if m.Here {
						on++
					}
				}
			}
			require.GreaterOrEqual(t, on, voters/2+1)
		}
	}
	require.Greater(t, tried, 1000)
}
