// One coalition and its members: a connection on a node, whose next page Relay asks for through `node(id:)`.
import { graphql } from 'react-relay';

export const coalitionMembersQuery = graphql`
  query CoalitionMembersQuery($key: String!) {
    coalition(key: $key) {
      name
      ...CoalitionMembers_coalition
    }
  }
`;

export const coalitionMembersFragment = graphql`
  fragment CoalitionMembers_coalition on Coalition
  @refetchable(queryName: "CoalitionMembersPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    members(first: $count, after: $cursor) @connection(key: "CoalitionMembers_members") {
      edges {
        node {
          ...MemberCard_member
        }
      }
    }
  }
`;
