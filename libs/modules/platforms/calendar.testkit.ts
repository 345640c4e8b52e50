/** Calendar data as an admin adds it, of the year that comes after the shipped ones. */
export const CALENDAR_OF_2027 = {
  version: 'cn-2027.1',
  years: [
    {
      year: 2027,
      source: {
        title: 'Notice of holidays in 2027',
        notice: 'for specs',
        url: 'https://example.org/2027',
        checkedOn: '2026-11-25',
      },
      holidays: [{ name: 'New Year', from: '2027-01-01', to: '2027-01-03' }],
      workingDays: [],
    },
  ],
};
