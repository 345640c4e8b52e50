/**
 * China's public calendar: holidays and make-up working days, year by year, as the State Council
 * General Office announces them (国务院办公厅关于…年部分节假日安排的通知).
 *
 * Checked line by line against the text of both notices as Xinhua issued it and Guangming Daily
 * carries it (m.gmw.cn/2024-11/12/content_1303894933.htm, politics.gmw.cn/2025-11/04/
 * content_38391083.htm), and against the public data set NateScarlet/holiday-cn. No notice for 2027
 * was to be found on that day, so 2027 is provisional until an operator adds it.
 */
import { calendarOf, type Calendar, type CalendarYear } from './calendar.ts';

const year2025: CalendarYear = {
  year: 2025,
  source: {
    title: '国务院办公厅关于2025年部分节假日安排的通知',
    notice: '国办发明电〔2024〕12号',
    url: 'https://www.gov.cn/zhengce/content/202411/content_6986382.htm',
    checkedOn: '2026-11-25',
  },
  holidays: [
    { name: '元旦', from: '2025-01-01', to: '2025-01-01' },
    { name: '春节', from: '2025-01-28', to: '2025-02-04' },
    { name: '清明节', from: '2025-04-04', to: '2025-04-06' },
    { name: '劳动节', from: '2025-05-01', to: '2025-05-05' },
    { name: '端午节', from: '2025-05-31', to: '2025-06-02' },
    { name: '国庆节、中秋节', from: '2025-10-01', to: '2025-10-08' },
  ],
  workingDays: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
};

const year2026: CalendarYear = {
  year: 2026,
  source: {
    title: '国务院办公厅关于2026年部分节假日安排的通知',
    notice: '国办发明电〔2025〕7号',
    url: 'https://www.gov.cn/zhengce/content/202511/content_7047090.htm',
    checkedOn: '2026-11-25',
  },
  holidays: [
    { name: '元旦', from: '2026-01-01', to: '2026-01-03' },
    { name: '春节', from: '2026-02-15', to: '2026-02-23' },
    { name: '清明节', from: '2026-04-04', to: '2026-04-06' },
    { name: '劳动节', from: '2026-05-01', to: '2026-05-05' },
    { name: '端午节', from: '2026-06-19', to: '2026-06-21' },
    { name: '中秋节', from: '2026-09-25', to: '2026-09-27' },
    { name: '国庆节', from: '2026-10-01', to: '2026-10-07' },
  ],
  workingDays: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
};

export const chinaCalendar: Calendar = calendarOf('cn-2026.1', [year2025, year2026]);
