/**
 * What travels between web app and backend: names for the shapes of the generated schema (`npm run client`), which is the only
 * place where they are described. Times: ms since the epoch; `_s`: seconds.
 */
import type { components } from './schema'

type Schemas = components['schemas']

export type Label = Schemas['Label']
export type Locale = keyof Label

/** A page of a list; the cursor is null on the last one. */
export interface Page<T> {
  items: T[]
  cursor: string | null
}

export type Problem = Schemas['Problem']
export type Me = Schemas['Me']
export type Preferences = Schemas['Preferences']
export type Session = Schemas['Session']
export type User = Schemas['User']
export type NewUser = Schemas['NewUser']
export type Department = Schemas['Department']
export type Role = Schemas['Role']
export type Permission = Schemas['Permission']
export type Contact = Schemas['Contact']
export type Reason = Schemas['identity.Reason']
export type ReasonLists = Schemas['ReasonLists']

export type Agent = Schemas['AgentView']
export type AgentState = Schemas['AgentState']
export type Supervising = Schemas['Supervising']
export type WatchMode = Supervising['mode']
export type Snapshot = Schemas['Snapshot']
export type Pulse = Schemas['Pulse']
export type Phone = Schemas['Phone']
export type PhoneKind = Phone['kind']
export type PhoneToken = Schemas['PhoneToken']
export type OwnGroup = Schemas['OwnGroup']

export type Call = Schemas['CallView']
export type CallState = Schemas['CallState']
export type Direction = Call['direction']
export type Leg = Schemas['LegView']
export type Offer = Schemas['OfferView']
export type OfferState = Schemas['OfferState']
export type PathStep = Schemas['PathStep']
/** node: of a flow, where the caller comes in; its start unless said. */
export type Target = Omit<Schemas['Target'], 'node'> & { node?: string | undefined }
export type TargetKind = Target['kind']
export type CallRecord = Schemas['CallRecord']
export type OwnFigures = Schemas['OwnFigures']
export type CallEvent = Schemas['Event']
export type Attribution = Schemas['Attribution']
export type Callback = Schemas['CallbackView']
export type Voicemail = Schemas['VoicemailView']
export type GroupStatus = Schemas['GroupView']
export type Wall = Schemas['Wall']

export type Route = Schemas['Route']
export type RouteKind = Route['kind']
export type TrunkNumber = Schemas['TrunkNumber']
export type Extension = Schemas['directory.Extension']
export type FollowMe = Schemas['FollowMe']
export type SipAccount = Schemas['SipAccount']
export type Interval = Schemas['Interval']
export type Schedule = Schemas['Schedule']
export type Weekday = keyof Schemas['Weekly']
export type ScreeningEntry = Schemas['ScreeningEntry']
export type Group = Schemas['Group']
export type Member = Schemas['Member']
export type SkillRule = Schemas['SkillRule']
export type PriorityRule = Schemas['PriorityRule']
export type Condition = Schemas['Condition']
export type Skill = Schemas['Skill']
export type RoutingRule = Schemas['RoutingRule']
export type RuleWarning = Schemas['RuleWarning']
export type NumberList = Schemas['NumberList']
export type ListedNumber = Schemas['ListedNumber']
export type ListImport = Schemas['ListImport']
export type Place = Schemas['Place']
export type Places = Schemas['Places']
export type DryRunQuestion = Schemas['calls.Question']
export type DryRun = Schemas['calls.Answer']
export type RouteStep = Schemas['RouteStep']
export type Survey = Schemas['Survey']
export type SurveyQuestion = Schemas['survey.Question']
export type SurveyChoice = Schemas['Choice']
export type SurveyPrompt = Schemas['FlowPrompt']
export type SurveyResult = Schemas['SurveyResult']
export type SurveyFigures = Schemas['SurveyFigures']
export type CallSurvey = Schemas['SurveyView']

export type Flow = Schemas['Flow']
export type FlowLine = Schemas['FlowLine']
export type FlowDocument = Schemas['Document']
export type TransferFlow = Schemas['TransferFlow']
export type TransferNodes = Schemas['TransferNodes']
export type FlowHosts = Schemas['FlowHosts']
export type FlowHost = Schemas['FlowHost']
export type FlowProblem = Schemas['ProblemView']
export type FlowVersion = Schemas['FlowVersion']
export type FlowPublication = Schemas['VersionView']

export type Recording = Schemas['RecordingView']
export type Customer = Schemas['Customer']
export type NewCustomer = Schemas['NewCustomer']
export type ScreenPop = Schemas['ScreenPop']
