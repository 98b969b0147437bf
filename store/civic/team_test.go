package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// team is one of the first ward, with the change a case makes to it.
func team(change func(*PutTeam)) PutTeam {
	p := PutTeam{ID: id("team", 1), Name: "Tổ công tác số 1", Unit: ward, Kind: TeamMixed,
		Members: []command.ID{officerOf(RoleOfficer, ward), officerOf(RoleLeader, cluster)}, Hamlets: []string{hamlet, hamlet2}}
	if change != nil {
		change(&p)
	}
	return p
}

func TestWhoMakesATeamOfWhom(t *testing.T) {
	chief := as(RoleSupervisor)
	for name, c := range map[string]struct {
		team        PutTeam
		by          []option
		code, field string
	}{
		"a supervisor in the own ward":        {team(nil), []option{chief}, "", ""},
		"an administrator for a ward":         {team(nil), []option{as(RoleAdmin)}, "", ""},
		"the ward's console":                  {team(nil), []option{byMachine(wardPC)}, "", ""},
		"an officer":                          {team(nil), []option{as(RoleOfficer)}, "role", ""},
		"a leader":                            {team(nil), []option{as(RoleLeader)}, "role", ""},
		"an administrator on another's PC":    {team(nil), []option{as(RoleAdmin), on(ward2PC), forUnit(ward)}, "outside_unit", ""},
		"a supervisor for the ward next door": {team(func(p *PutTeam) { p.Unit = ward2 }), []option{chief}, "outside_unit", "/unit"},
		"a supervisor for the cluster":        {team(func(p *PutTeam) { p.Unit = cluster }), []option{chief}, "outside_unit", "/unit"},
		"an officer of another ward in it":    {team(func(p *PutTeam) { p.Members = append(p.Members, officerOf(RoleOfficer, ward2)) }), []option{chief}, "outside_team", "/members"},
		"the same, asked from above":          {team(func(p *PutTeam) { p.Members = append(p.Members, officerOf(RoleOfficer, ward2)) }), []option{as(RoleAdmin)}, "outside_team", "/members"},
		"nobody of that ID in it":             {team(func(p *PutTeam) { p.Members = append(p.Members, id("officer", 99)) }), []option{chief}, "unknown_officer", "/members"},
		"a hamlet of another ward":            {team(func(p *PutTeam) { p.Hamlets = append(p.Hamlets, hamlet3) }), []option{as(RoleAdmin)}, "outside_team", "/hamlets"},
		"a hamlet that does not exist":        {team(func(p *PutTeam) { p.Hamlets = []string{"00163-99"} }), []option{chief}, "unknown_hamlet", "/hamlets"},
		"a ward for a hamlet":                 {team(func(p *PutTeam) { p.Hamlets = []string{ward} }), []option{chief}, "unknown_hamlet", "/hamlets"},
		"nobody and nowhere yet":              {team(func(p *PutTeam) { p.Members, p.Hamlets = nil, nil }), []option{chief}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			d := h.do(KindTeamPut, c.team, c.by...)
			require.Equal(t, c.code, d.code())
			if c.code != "" {
				require.Equal(t, c.field, d.Err.Field)
			}
			require.Len(t, TeamsOf(h.reg, c.team.Unit), int(count(c.code == "")))
		})
	}
}

func TestATeamsNameIsItsOwnWithinTheUnit(t *testing.T) {
	h, chief := founded(t), as(RoleSupervisor)
	h.accept(KindTeamPut, team(nil), chief)
	other := team(func(p *PutTeam) { p.ID, p.Name = id("team", 2), " tổ CÔNG tác  số 1 " })
	d := h.refuse(command.Rejected, "team_taken", "/name", KindTeamPut, other, chief)
	require.Equal(t, command.Conflicting, d.Err.Class)
	other.Unit, other.Members, other.Hamlets = ward2, nil, nil
	h.accept(KindTeamPut, other, as(RoleAdmin))
	require.Len(t, TeamsOf(h.reg, ward), 1)
}

func TestOfTwoWhoChangeATeamNeitherWinsByComingLast(t *testing.T) {
	h, chief := founded(t), as(RoleSupervisor)
	made := h.accept(KindTeamPut, team(nil), chief)
	require.Empty(t, h.accept(KindTeamPut, team(nil), chief).Changes, "the same again changes nothing")
	h.refuse(command.Conflicted, "exists", "", KindTeamPut, team(func(p *PutTeam) { p.Kind = TeamYouth }), chief)

	first := h.accept(KindTeamPut, team(func(p *PutTeam) { p.Kind, p.Was = TeamYouth, made.env.ID }), chief)
	late := h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindTeamPut, team(func(p *PutTeam) { p.Disabled, p.Was = true, made.env.ID }), as(RoleAdmin))
	require.Equal(t, first.env.ID, must[Team](h, TypeTeam, KeyOf(id("team", 1))).Rev)
	require.Equal(t, []any{TypeTeam, KeyOf(id("team", 1))}, []any{h.review(late).Type, h.review(late).Record})

	h.accept(KindReviewResolve, ResolveReview{Review: late.env.ID, Choice: ChoiceTake, Reason: "Tổ đã thôi"}, as(RoleLeader))
	require.True(t, must[Team](h, TypeTeam, KeyOf(id("team", 1))).Disabled, "whoever decides may take it all the same")
}

func TestATeamIsMovedByWhomBothUnitsAnswerTo(t *testing.T) {
	h := founded(t)
	made := h.accept(KindTeamPut, team(nil), as(RoleSupervisor))
	moved := team(func(p *PutTeam) { p.Unit, p.Members, p.Hamlets, p.Was = ward2, nil, nil, made.env.ID })
	h.refuse(command.Rejected, "outside_unit", "/id", KindTeamPut, moved, byMachine(ward2PC))
	h.accept(KindTeamPut, moved, as(RoleAdmin))
	require.Empty(t, TeamsOf(h.reg, ward))
	require.Len(t, TeamsOf(h.reg, ward2), 1)
}

func TestMembersAndHamletsAreKeptOnceInOneOrder(t *testing.T) {
	h := founded(t)
	h.accept(KindTeamPut, team(func(p *PutTeam) {
		p.Members, p.Hamlets = append(p.Members, p.Members...), []string{hamlet2, hamlet, hamlet2}
	}), as(RoleSupervisor))
	kept := must[Team](h, TypeTeam, KeyOf(id("team", 1)))
	require.Len(t, kept.Members, 2)
	require.Equal(t, []string{hamlet, hamlet2}, kept.Hamlets)
}

func TestATeamIsBounded(t *testing.T) {
	for name, p := range map[string]PutTeam{
		"no ID": team(func(p *PutTeam) { p.ID = command.ID{} }), "no name": team(func(p *PutTeam) { p.Name = " " }),
		"a long name": team(func(p *PutTeam) { p.Name = strings.Repeat("a", 201) }), "no unit": team(func(p *PutTeam) { p.Unit = "" }),
		"no such kind": team(func(p *PutTeam) { p.Kind = "army" }), "31 members": team(func(p *PutTeam) { p.Members = make([]command.ID, 31) }),
		"a member without ID": team(func(p *PutTeam) { p.Members = make([]command.ID, 1) }), "51 hamlets": team(func(p *PutTeam) { p.Hamlets = make([]string, 51) }),
		"a hamlet that is no code": team(func(p *PutTeam) { p.Hamlets = []string{"tổ 12\x00"} }),
	} {
		require.NotNil(t, p.Check(), name)
	}
	require.Nil(t, team(nil).Check())
}
