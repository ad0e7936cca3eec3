// The second baseline: GraphQL Yoga on Node.js over the databases that the platform filled.
//
// Written as its users write: a schema in SDL with resolvers, DataLoader for everything that is looked up by a key, one
// `$in` for a batch, Yoga's own cache of parsed and validated documents. It has no rights, no audit log and no bus.
//
// PORT, MONGODB_URI and DATABASE_PREFIX in the environment.

import { createServer } from "node:http";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import { MongoClient } from "mongodb";

const NO_DATE = "9999-12-31"; // What the databases hold as the sort key of an unknown date.

const typeDefs = /* GraphQL */ `
  enum Standing { DECLARED_INTENT CANDIDATE MEMBER REFUSED FORMER DORMANT }
  enum LegalType { CITY BOROUGH DISTRICT CANTON METROPOLITAN_CITY MUNICIPAL_ASSOCIATION REGION OTHER }
  enum MilestoneKind {
    COUNCIL_DECISION DECLARATION_OF_INTENT APPLICATION ACT_OF_ACCESSION ADMISSION REFUSAL JOINING_ASSOCIATION
    WITHDRAWAL NO_LONGER_LISTED
  }
  enum ReportStatus { DRAFT SUBMITTED }
  enum AnswerStatus { NOT_STARTED PLANNED IN_PROGRESS ACHIEVED NOT_APPLICABLE }
  enum MemberOrderField { NAME COUNTRY ADMITTED_ON POPULATION }
  enum OrderDirection { ASCENDING DESCENDING }
  input MemberOrder { field: MemberOrderField! direction: OrderDirection = ASCENDING }

  type Country { code: String! }
  type Population { value: Int! year: Int }
  type City {
    id: ID! version: Int! name: String! alternativeNames: [String!]! country: Country! legalType: LegalType!
    geonamesId: Int population: Population source: String
  }
  type Coalition { key: String! name(language: String): String! }
  type Commitment { number: Int! title(language: String): String! }
  type Conference { title(language: String): String! }
  type Registration { conference: Conference }
  type ReportAnswer { commitment: Commitment! status: AnswerStatus! text(language: String): String }
  type Report { status: ReportStatus! answers: [ReportAnswer!]! }
  type Obligation { dueOn: String report: Report }
  type Milestone { kind: MilestoneKind! date: String }
  type Member {
    id: ID! version: Int! standing: Standing! source: String milestones: [Milestone!]! admittedOn: String
    coalition: Coalition city: City commitments: [Commitment!] registrations: [Registration!]
    obligations: [Obligation!]
  }
  type MemberEdge { node: Member }
  type MemberConnection { edges: [MemberEdge!]! }
  type CityEdge { node: City }
  type CityConnection { edges: [CityEdge!]! }
  type Query {
    member(id: ID!): Member
    members(coalition: String!, first: Int = 50, orderBy: MemberOrder): MemberConnection
    cities(first: Int = 50): CityConnection
  }
`;

const client = await new MongoClient(process.env.MONGODB_URI).connect();
const database = (name) => client.db(process.env.DATABASE_PREFIX + name);
const [membership, events, reports] = ["membership", "events", "reports"].map(database);
const cities = membership.collection("cities");
const members = membership.collection("memberships");

function byId(collection) {
  return new DataLoader(async (ids) => {
    const found = await collection.find({ _id: { $in: ids } }).toArray();
    const documents = new Map(found.map((document) => [document._id, document]));
    return ids.map((id) => documents.get(id) ?? null);
  });
}

function byMember(collection, direction) {
  return new DataLoader(async (ids) => {
    const found = new Map(ids.map((id) => [id, []]));
    for (const document of await collection.find({ member_id: { $in: ids } }).sort({ _id: direction }).toArray()) {
      found.get(document.member_id).push(document);
    }
    return ids.map((id) => found.get(id));
  });
}

const context = () => ({
  coalition: byId(membership.collection("coalitions")),
  city: byId(cities),
  plan: byId(membership.collection("plans")),
  member: byId(members),
  conference: byId(events.collection("conferences")),
  report: byId(reports.collection("reports")),
  registrations: byMember(events.collection("registrations"), -1),
  obligations: byMember(reports.collection("obligations"), 1),
});

const upper = (value) => value.toUpperCase();
const best = (text, language) => text.texts[language] ?? text.texts[text.original];
const local = (document) => (document.coalition ? `${document.coalition}/${document._id}` : document._id);
const globalId = (type) => (document) => Buffer.from(`${type}:${local(document)}`).toString("base64");
const title = (view, { language }) => best(view.title, language);

const sortFields = {
  NAME: ["sort.name", "sort.name"],
  COUNTRY: ["sort.country", "sort.country"],
  ADMITTED_ON: ["sort.admitted_ascending", "sort.admitted_descending"],
  POPULATION: ["sort.population_ascending", "sort.population_descending"],
};

function answersOf(report) {
  const titles = new Map(report.commitments.map((commitment) => [commitment.number, commitment]));
  return report.answers.map((answer) => ({ ...answer, commitment: titles.get(answer.commitment) }));
}

const resolvers = {
  Query: {
    member: (_root, { id }, { member }) => member.load(Buffer.from(id, "base64").toString().split("/").pop()),
    members: async (_root, { coalition, first, orderBy = { field: "NAME", direction: "ASCENDING" } }) => {
      const descending = orderBy.direction === "DESCENDING";
      const direction = descending ? -1 : 1;
      const sort = { [sortFields[orderBy.field][Number(descending)]]: direction, _id: direction };
      const found = await members.find({ coalition }).sort(sort).limit(first).toArray();
      return { edges: found.map((node) => ({ node })) };
    },
    cities: async (_root, { first }) => {
      const found = await cities.find().sort({ folded_name: 1, _id: 1 }).limit(first).toArray();
      return { edges: found.map((node) => ({ node })) };
    },
  },
  Member: {
    id: globalId("Member"),
    standing: (member) => upper(member.standing),
    admittedOn: (member) => member.milestones.find((each) => each.kind === "admission")?.date,
    coalition: (member, _arguments, { coalition }) => coalition.load(member.coalition),
    city: (member, _arguments, { city }) => city.load(member.cities[0].id),
    commitments: async (member, _arguments, { plan }) => {
      const found = member.plan_id ? await plan.load(member.plan_id) : null;
      const chosen = member.selected_commitments;
      return found?.commitments.filter(({ number }) => chosen === null || chosen.includes(number));
    },
    registrations: (member, _arguments, { registrations }) => registrations.load(member._id),
    obligations: (member, _arguments, { obligations }) => obligations.load(member._id),
  },
  Milestone: { kind: ({ kind }) => upper(kind) },
  City: {
    id: globalId("City"),
    alternativeNames: (city) => city.alternative_names,
    country: (city) => ({ code: city.country }),
    legalType: (city) => upper(city.legal_type),
    geonamesId: (city) => city.geonames_id,
    population: ({ population, population_year }) =>
      population === null ? null : { value: population, year: population_year },
  },
  Coalition: { key: ({ _id }) => _id, name: (coalition, { language }) => best(coalition.name, language) },
  Commitment: { title },
  Conference: { title },
  Registration: {
    conference: (registration, _arguments, { conference }) => conference.load(registration.conference_id),
  },
  Obligation: {
    dueOn: ({ due_key }) => (due_key === NO_DATE ? null : due_key),
    report: ({ report_id }, _arguments, { report }) => (report_id ? report.load(report_id) : null),
  },
  Report: { status: ({ status }) => upper(status), answers: answersOf },
  ReportAnswer: {
    status: ({ status }) => upper(status),
    text: ({ text }, { language }) => (text ? best(text, language) : null),
  },
};

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context,
  logging: "error",
  healthCheckEndpoint: "/readyz",
});
createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
