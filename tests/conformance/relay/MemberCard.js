// One member, refetchable: the compiler writes the `node(id:)` query, and refuses it if Member is no Node.
import { graphql } from 'react-relay';

export const memberCardFragment = graphql`
  fragment MemberCard_member on Member @refetchable(queryName: "MemberCardRefetchQuery") {
    id
    standing
    city {
      name
      country {
        code
      }
    }
  }
`;

export const memberCardQuery = graphql`
  query MemberCardQuery($id: ID!) {
    node(id: $id) {
      __typename
      ...MemberCard_member @alias(as: "member")
    }
  }
`;
