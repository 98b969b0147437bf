package civic

import "gocua/store/command"

// Kinds. A number is wire format: never reused, never reordered.
const (
	KindFound         command.Kind = 1
	KindUnitPut       command.Kind = 2
	KindSettingPut    command.Kind = 3
	KindNodePut       command.Kind = 4
	KindOfficerPut    command.Kind = 5
	KindTargetSet     command.Kind = 6
	KindOfficerSelf   command.Kind = 7
	KindOfficerReset  command.Kind = 8
	KindTokenPut      command.Kind = 9
	KindHouseholdPut  command.Kind = 10
	KindResidentPut   command.Kind = 11
	KindResidentEdit  command.Kind = 12
	KindVisitRecord   command.Kind = 13
	KindAppSubmit     command.Kind = 14
	KindActivation    command.Kind = 15
	KindHouseholdEdit command.Kind = 16
	KindGlassOpen     command.Kind = 17
	KindTeamPut       command.Kind = 18
	KindRosterPage    command.Kind = 20
	KindReviewResolve command.Kind = 21
	KindSeal          command.Kind = 30
	KindReceipt       command.Kind = 31
	KindResend        command.Kind = 32
	KindClusterEnroll command.Kind = 40
	KindParcelReceive command.Kind = 41
	KindMark          command.Kind = 50
	KindDayOpen       command.Kind = 51
	KindLooks         command.Kind = 52

	KindHouseholdSplit  command.Kind = 19
	KindHouseholdMerge  command.Kind = 22
	KindRosterUndo      command.Kind = 26
	KindResidentMerge   command.Kind = 23
	KindResidentUnmerge command.Kind = 24
	KindPairDismiss     command.Kind = 25
	KindListSave        command.Kind = 27
	KindNodeDeny        command.Kind = 28
	KindNodeVote        command.Kind = 36
	KindRebuild         command.Kind = 37
	KindUnitPlan        command.Kind = 33
	KindUnitMove        command.Kind = 34
)

// Record types. Numbers are disk and wire format.
const (
	TypeUnit        command.RecordType = 1
	TypeSetting     command.RecordType = 2
	TypeNode        command.RecordType = 3
	TypeOfficer     command.RecordType = 4
	TypeTarget      command.RecordType = 5
	TypeToken       command.RecordType = 6
	TypeGlass       command.RecordType = 7
	TypeTeam        command.RecordType = 8
	TypeHousehold   command.RecordType = 10
	TypeResident    command.RecordType = 11
	TypeVisit       command.RecordType = 12
	TypeApplication command.RecordType = 13
	TypeActivation  command.RecordType = 14
	TypeReview      command.RecordType = 20
	TypeMerged      command.RecordType = 21
	TypePair        command.RecordType = 22
	TypeSeal        command.RecordType = 30
	TypeUpstream    command.RecordType = 31
	TypeParked      command.RecordType = 32
	TypeCluster     command.RecordType = 40
	TypeParcel      command.RecordType = 41
	TypeDay         command.RecordType = 51
	TypeLooks       command.RecordType = 52
	TypeLookHead    command.RecordType = 53
	TypeSavedList   command.RecordType = 9
	TypeRebuilt     command.RecordType = 23
	TypeUnitPlan    command.RecordType = 24
)

// Table is the whole vocabulary. Adding a command is one line here; see
// store/ADDING.md.
func Table() *command.Table {
	return command.NewTable(policy{}, kinds(), records())
}

func kinds() []command.Spec {
	return []command.Spec{
		page(system(command.Of[FoundCluster](KindFound, "cluster.found"))), // hundreds of units
		of[PutUnit](KindUnitPut, "unit.put", 4, `{"code":"00163-12","name":"Tổ 12","kind":"hamlet","parent":"00163"}`),
		of[PutSetting](KindSettingPut, "setting.put", 2, `{"key":"campaign.deadline","value":"2026-12-31"}`),
		of[PutNode](KindNodePut, "node.put", 2, `{"id":"ward-1","unit":"00163","key":"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="}`),
		of[PutOfficer](KindOfficerPut, "officer.put", 2, `{"id":"0198c7a2-1111-7abc-8def-000000000001","user":"trang.lt","name":"Lê Thu Trang","role":"officer","unit":"00163"}`),
		of[SetTarget](KindTargetSet, "target.set", 4, `{"unit":"00163","indicator":"captured","period":"2026","value":13000}`),
		of[ChangeSelf](KindOfficerSelf, "officer.self", 2, `{"hash":"$argon2id$v=19$m=19456,t=2,p=1$UEKy6AT2awjTAYRmFV71ww$tvCb9t4qRxqXZcLcXyZExugmA1ENlo5H9fG4IazwFWY"}`),
		of[ResetOfficer](KindOfficerReset, "officer.reset", 2, `{"officer":"0198c7a2-1111-7abc-8def-000000000001","lost":"password","hash":"$argon2id$v=19$m=19456,t=2,p=1$UEKy6AT2awjTAYRmFV71ww$tvCb9t4qRxqXZcLcXyZExugmA1ENlo5H9fG4IazwFWY"}`),
		of[PutToken](KindTokenPut, "token.put", 2, `{"id":"0198c7a2-8888-7abc-8def-000000000001","name":"Bảng tin của phường","hash":"73300871f44c168e7c949de2c750e60c2c9bb8ff530017c5a267234e9cb4db8e","scope":["see_figures"],"until":"2026-12-31"}`),
		of[PutHousehold](KindHouseholdPut, "household.put", 4, `{"id":"0198c7a2-2222-7abc-8def-000000000001","hamlet":"00163-12","address":"Số 21, ngõ 68 Xuân Thuỷ"}`),
		of[PutResident](KindResidentPut, "resident.put", 4, `{"id":"0198c7a2-3333-7abc-8def-000000000001","household":"0198c7a2-2222-7abc-8def-000000000001","personalNumber":"001155000428","name":"Trần Thị Mẫu","birth":"1955-03-17","sex":"female","phones":["0912404318"]}`),
		of[EditResident](KindResidentEdit, "resident.edit", 4, `{"id":"0198c7a2-3333-7abc-8def-000000000001","edits":[{"field":"phones","was":["+84912404318"],"now":["0912404662"]}]}`),
		of[RecordVisit](KindVisitRecord, "visit.record", 4, `{"id":"0198c7a2-4444-7abc-8def-000000000001","household":"0198c7a2-2222-7abc-8def-000000000001","at":"2026-08-06T13:11:00.000Z","mode":"door","outcome":"nobody_home"}`),
		of[SubmitApplication](KindAppSubmit, "application.submit", 5, `{"id":"0198c7a2-5555-7abc-8def-000000000001","resident":"0198c7a2-3333-7abc-8def-000000000001","level":1,"phone":"0912404318","relation":"self"}`),
		of[RecordActivation](KindActivation, "activation.record", 4, `{"id":"0198c7a2-6666-7abc-8def-000000000001","resident":"0198c7a2-3333-7abc-8def-000000000001","way":"app","at":"2026-08-09T02:00:00.000Z"}`),
		of[EditHousehold](KindHouseholdEdit, "household.edit", 4, `{"id":"0198c7a2-2222-7abc-8def-000000000001","edits":[{"field":"address","was":"Số 21, ngõ 68 Xuân Thuỷ","now":"Số 21A, ngõ 68 Xuân Thuỷ"}]}`),
		of[OpenGlass](KindGlassOpen, "glass.open", 2, `{"id":"0198c7a2-9999-7abc-8def-000000000001","type":11,"record":"0198c7a2-3333-7abc-8def-000000000001","reason":"Công dân đến nộp hồ sơ tại trụ sở"}`),
		of[PutTeam](KindTeamPut, "team.put", 2, `{"id":"0198c7a2-aaaa-7abc-8def-000000000001","name":"Tổ công tác số 1","unit":"00163","kind":"mixed","members":["0198c7a2-1111-7abc-8def-000000000001"],"hamlets":["00163-12"]}`),
		page(of[RosterPage](KindRosterPage, "roster.page", 4, `{"file":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","page":1,"unit":"00163","rows":[{"line":5,"name":"Trần Thị Mẫu","birth":"1955","sex":"female","hamlet":"00163-12","address":"Số 21, ngõ 68 Xuân Thuỷ"}]}`)),
		of[ResolveReview](KindReviewResolve, "review.resolve", 2, `{"review":"0198c7a2-7777-7abc-8def-000000000001","choice":"take","reason":"Hỏi lại chủ hộ: số mới là đúng"}`),
		system(command.Of[SealParcel](KindSeal, "upstream.seal")),
		page(proven(command.Of[AckParcel](KindReceipt, "upstream.receipt"))),
		of[ResendParked](KindResend, "upstream.resend", 4, `{"type":11,"key":"0198c7a2-3333-7abc-8def-000000000001"}`),
		of[EnrollCluster](KindClusterEnroll, "cluster.enroll", 2, `{"code":"01CG","name":"Cụm Cầu Giấy","root":"MIIB","generation":1}`),
		page(proven(command.Of[ReceiveParcel](KindParcelReceive, "parcel.receive"))),
		system(command.Of[MarkDigest](KindMark, "digest.mark")),
		system(command.Of[OpenDay](KindDayOpen, "day.open")),
		page(proven(command.Of[MergeLooks](KindLooks, "audit.looks"))),
		of[SplitHousehold](KindHouseholdSplit, "household.split", 4, `{"id":"0198c7a2-2222-7abc-8def-000000000002","from":"0198c7a2-2222-7abc-8def-000000000001","seen":"e96a36222c9bc415d9a31046","hamlet":"00163-12","address":"Số 21B, ngõ 68 Xuân Thuỷ","members":["0198c7a2-3333-7abc-8def-000000000001"],"head":"0198c7a2-3333-7abc-8def-000000000001"}`),
		of[MergeHousehold](KindHouseholdMerge, "household.merge", 4, `{"id":"0198c7a2-2222-7abc-8def-000000000001","into":"0198c7a2-2222-7abc-8def-000000000003","seen":"e529ad58069766c0c190717e"}`),
		page(of[UndoPage](KindRosterUndo, "roster.undo", 4, `{"page":"0198c7a2-bbbb-7abc-8def-000000000001","part":1,"unit":"00163","rows":[{"type":11,"line":5},{"type":11,"id":"0198c7a2-3333-7abc-8def-000000000001","was":{"rev":"0198c7a2-cccc-7abc-8def-000000000001","number":"001155000428","name":"Trần Thị Mẫu","birth":"1955-03-17","sex":"female","phones":["+84912404318"],"household":"0198c7a2-2222-7abc-8def-000000000001","hamlet":"00163-12"}},{"type":10,"line":5}]}`)),
		of[MergeResidents](KindResidentMerge, "resident.merge", 4, `{"keep":"0198c7a2-3333-7abc-8def-000000000001","late":"0198c7a2-3333-7abc-8def-000000000002","keepRev":"0198c7a2-0000-7abc-8def-000000000001","lateRev":"0198c7a2-0000-7abc-8def-000000000002","take":["phones"],"reason":"Hỏi chủ hộ: một người, hai lần vào danh sách"}`),
		of[UnmergeResidents](KindResidentUnmerge, "resident.unmerge", 4, `{"late":"0198c7a2-3333-7abc-8def-000000000002","reason":"Gộp nhầm hai chị em"}`),
		of[DismissPair](KindPairDismiss, "pair.dismiss", 2, `{"a":"0198c7a2-3333-7abc-8def-000000000001","b":"0198c7a2-3333-7abc-8def-000000000002","reason":"Hai chị em sinh đôi"}`),
		of[DenyNode](KindNodeDeny, "node.deny", 2, `{"id":"may-166","reason":"stolen"}`),
		of[PlanUnits](KindUnitPlan, "unit.plan", 2, `{"id":"0198c7a2-dddd-7abc-8def-000000000001","do":"draft","into":"00163","name":"Phường Cầu Giấy","from":"2027-01-01","wards":["00166"]}`),
		system(command.Of[MoveUnits](KindUnitMove, "unit.move")),
		of[SaveList](KindListSave, "list.save", 2, `{"id":"0198c7a2-bbbb-7abc-8def-000000000001","name":"Ba lần chưa gặp","filter":{"unit":"00163-12","buckets":["not_reached"],"visits":3,"outcome":"nobody_home"},"shared":true}`),
		of[VoteNode](KindNodeVote, "node.vote", 2, `{"node":"may-163","voter":true}`),
		system(command.Of[RebuildCluster](KindRebuild, "cluster.rebuild")),
	}
}

func records() []command.Record {
	return []command.Record{
		command.RecordOf[Unit](TypeUnit, "unit", command.Routine, 2),
		command.RecordOf[Setting](TypeSetting, "setting", command.Stays, 1),
		command.RecordOf[Node](TypeNode, "node", command.Stays, 1),
		command.RecordOf[Officer](TypeOfficer, "officer", command.Stays, 1),
		command.RecordOf[Target](TypeTarget, "target", command.Routine, 1),
		command.RecordOf[Token](TypeToken, "token", command.Stays, 1),
		personal(command.RecordOf[Glass](TypeGlass, "glass", command.Stays, 1)),
		command.RecordOf[Team](TypeTeam, "team", command.Stays, 1),
		personal(command.RecordOf[Household](TypeHousehold, "household", command.Routine, 3)),
		personal(command.RecordOf[Resident](TypeResident, "resident", command.Routine, 5)),
		personal(command.RecordOf[Visit](TypeVisit, "visit", command.Routine, 1)),
		personal(command.RecordOf[Application](TypeApplication, "application", command.Urgent, 1)),
		personal(command.RecordOf[Activation](TypeActivation, "activation", command.Urgent, 1)),
		personal(command.RecordOf[Review](TypeReview, "review", command.Stays, 2)),
		personal(command.RecordOf[Merged](TypeMerged, "merged", command.Stays, 2)),
		command.RecordOf[Rebuilt](TypeRebuilt, "rebuilt", command.Stays, 1),
		command.RecordOf[Seal](TypeSeal, "seal", command.Stays, 1),
		command.RecordOf[Upstream](TypeUpstream, "upstream", command.Stays, 1),
		personal(command.RecordOf[Parked](TypeParked, "parked", command.Stays, 2)),
		command.RecordOf[Cluster](TypeCluster, "cluster", command.Stays, 1),
		command.RecordOf[Parcel](TypeParcel, "parcel", command.Stays, 1),
		command.RecordOf[Day](TypeDay, "day", command.Stays, 1),
		command.RecordOf[Looks](TypeLooks, "looks", command.Stays, 1),
		command.RecordOf[LookHead](TypeLookHead, "look_head", command.Stays, 1),
		command.RecordOf[Pair](TypePair, "pair", command.Stays, 1),
		command.RecordOf[SavedList](TypeSavedList, "saved_list", command.Stays, 1),
		command.RecordOf[UnitPlan](TypeUnitPlan, "unit_plan", command.Stays, 1),
	}
}

// Indexes and tallies. Derived on every node, so the numbers may change
// together with the version of the record that derives them.
const (
	UnitByParent        command.Index = 1
	UnitByCode          command.Index = 2
	OfficerByUser       command.Index = 3
	NodeByUnit          command.Index = 4
	TargetByUnit        command.Index = 5
	TokenByHash         command.Index = 6
	TokenByOfficer      command.Index = 7
	GlassByOfficer      command.Index = 8
	GlassByDay          command.Index = 9
	HouseholdByHamlet   command.Index = 10
	ResidentByHousehold command.Index = 11
	ResidentByNumber    command.Index = 12
	ResidentByPhone     command.Index = 13
	ResidentByBucket    command.Index = 14
	ResidentByName      command.Index = 15
	VisitByHousehold    command.Index = 16
	ApplicationByPerson command.Index = 17
	ApplicationByState  command.Index = 18
	ActivationByPerson  command.Index = 19
	ReviewByState       command.Index = 20
	ReviewByRecord      command.Index = 21
	ReviewByParent      command.Index = 25
	ReviewByCreated     command.Index = 26
	ResidentByDisputed  command.Index = 27
	ParkedBySeq         command.Index = 22
	ParkedByUnit        command.Index = 23
	ResidentByComing    command.Index = 24 // the day they come of age, of those who have not
	TeamByUnit          command.Index = 28
	ClusterByCode       command.Index = 30
	ParcelByCluster     command.Index = 31
	LooksByDay          command.Index = 40
	LooksByOfficer      command.Index = 41
	LooksByRecord       command.Index = 42
	HouseholdByMerged   command.Index = 60 // what it was merged into, where it was
	HouseholdWasAt      command.Index = 61 // where one was that was merged, or has another address now
	ResidentByNowhere   command.Index = 62 // hamlet/name, of those without a household
	ResidentByNoNumber  command.Index = 63 // hamlet/name, of those without a personal number
	ResidentByTurning   command.Index = 64 // hamlet/the day they come of age, from the first day of the campaign on
	ResidentByListed    command.Index = 65 // household where a list has them/birth, of those who live elsewhere
	ResidentByOld       command.Index = 55
	MergedByInto        command.Index = 70
	MergedByRow         command.Index = 71 // name and birth of the record that was
	UnitByPast          command.Index = 75 // parent it had/kind/code
	PlanByState         command.Index = 76 // state/first day/ID
	SavedByOwner        command.Index = 90
	SavedByUnit         command.Index = 91

	CountBucket    command.Tally = 1 // hamlet/bucket → residents
	CountEligible  command.Tally = 2 // hamlet → residents of 14 and over
	CountCaptured  command.Tally = 3 // hamlet/day → eligible, first captured that day
	CountActivated command.Tally = 4 // hamlet/day → eligible, first activated that day
	CountVisits    command.Tally = 5 // hamlet/day → visits
	CountReviews   command.Tally = 6 // unit → open reviews
	CountPeople    command.Tally = 7 // hamlet → residents

	CountHouseholds command.Tally = 20 // hamlet → households that stand
	CountNowhere    command.Tally = 21 // hamlet → residents without a household
	CountNoNumber   command.Tally = 22 // hamlet → residents without a personal number
)

func of[T command.Decider](k command.Kind, name string, stages int, example string) command.Spec {
	s := command.Of[T](k, name)
	s.Stages, s.Example = stages, example
	return s
}

func system(s command.Spec) command.Spec { s.System, s.Stages = true, 2; return s }

// proven is a system kind that any machine of the cluster may bring to the leader:
// the province signed the receipt, the cluster's machine the parcel, and looks are
// taken from the machine that signed them only.
func proven(s command.Spec) command.Spec {
	s = system(s)
	s.Proven = true
	return s
}

func page(s command.Spec) command.Spec { s.Page = true; return s }

func personal(r command.Record) command.Record { r.Personal = true; return r }
